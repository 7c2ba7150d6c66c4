package org.tflion.discovery.network;

/** The mean of {@code -log softmax(logits)[label]} over rows, in nats, and its gradient. */
final class CrossEntropy {

  private final float[][] gradient; // [n, classes]

  CrossEntropy(int rows, int classes) {
    this.gradient = new float[rows][classes];
  }

  /** The mean loss; the gradient by the logits is kept. */
  double loss(float[][] logits, int[] labels) {
    double loss = 0;
    for (int i = 0; i < gradient.length; i++) {
      loss += row(logits[i], labels[i], gradient[i]);
    }
    return loss / gradient.length;
  }

  float[][] gradient() {
    return gradient;
  }

  private double row(float[] logits, int label, float[] slopes) {
    float most = Float.NEGATIVE_INFINITY;
    for (float logit : logits) {
      most = Math.max(most, logit);
    }
    double sum = 0;
    for (int j = 0; j < logits.length; j++) {
      slopes[j] = (float) Math.exp(logits[j] - most);
      sum += slopes[j];
    }
    float share = (float) (1 / (sum * gradient.length));
    for (int j = 0; j < logits.length; j++) {
      slopes[j] *= share;
    }
    slopes[label] -= 1f / gradient.length;
    // The difference first: a large logit would swallow the logarithm and make any guess perfect.
    return Math.log(sum) + ((double) most - logits[label]);
  }
}
