package org.tflion.discovery.network;

/**
 * Causal self-attention: each token blends the values of itself and earlier tokens of its sequence.
 *
 * <pre>{@code
 * q, k, v = split(x W + b)                       per head, [context, size]
 * a       = softmax(q k' / sqrt(size))           over earlier tokens
 * y       = concat(a v) U + c
 * }</pre>
 *
 * @see <a href="https://arxiv.org/abs/1706.03762">Vaswani et al., 2017</a>
 */
final class Attention implements Layer {

  private final int context;
  private final int heads;
  private final int size;
  private final Layer projection;
  private final Layer output;
  private final float[][] weights; // [n * heads, context]
  private final float[][] blended; // [n, width]
  private final float[][] dqkv; // [n, 3 * width]
  private final float[] slopes; // [context]
  private float[][] qkv = {}; // [n, 3 * width]

  Attention(Parameters parameters, int rows, int context, int heads, int width) {
    this.context = context;
    this.heads = heads;
    this.size = width / heads;
    this.projection = new Dense(parameters, rows, width, 3 * width);
    this.output = new Dense(parameters, rows, width, width);
    this.weights = new float[rows * heads][context];
    this.blended = new float[rows][width];
    this.dqkv = new float[rows][3 * width];
    this.slopes = new float[context];
  }

  @Override
  public float[][] forward(float[][] x) {
    qkv = projection.forward(x);
    Products.clear(blended);
    for (int i = 0; i < blended.length; i++) {
      for (int head = 0; head < heads; head++) {
        attend(i, head);
      }
    }
    return output.forward(blended);
  }

  private void attend(int i, int head) {
    int start = i - i % context;
    int width = heads * size;
    float[] a = weights[i * heads + head];
    float most = Float.NEGATIVE_INFINITY;
    for (int j = start; j <= i; j++) {
      a[j - start] = product(qkv[i], head * size, qkv[j], width + head * size) * temperature();
      most = Math.max(most, a[j - start]);
    }
    float sum = 0;
    for (int j = 0; j <= i - start; j++) {
      a[j] = (float) Math.exp(a[j] - most);
      sum += a[j];
    }
    for (int j = 0; j <= i - start; j++) {
      a[j] /= sum;
      addScaled(a[j], qkv[start + j], 2 * width + head * size, blended[i], head * size);
    }
  }

  @Override
  public float[][] backward(float[][] dy) {
    float[][] dblended = output.backward(dy);
    Products.clear(dqkv);
    for (int i = 0; i < dblended.length; i++) {
      for (int head = 0; head < heads; head++) {
        attendBackward(i, head, dblended[i]);
      }
    }
    return projection.backward(dqkv);
  }

  private void attendBackward(int i, int head, float[] dblended) {
    int start = i - i % context;
    int q = head * size;
    int k = q + heads * size;
    int v = k + heads * size;
    float[] a = weights[i * heads + head];
    float mean = 0;
    for (int j = 0; j <= i - start; j++) {
      slopes[j] = product(dblended, q, qkv[start + j], v);
      mean += a[j] * slopes[j];
      addScaled(a[j], dblended, q, dqkv[start + j], v);
    }
    for (int j = 0; j <= i - start; j++) {
      float slope = a[j] * (slopes[j] - mean) * temperature();
      addScaled(slope, qkv[start + j], k, dqkv[i], q);
      addScaled(slope, qkv[i], q, dqkv[start + j], k);
    }
  }

  private float temperature() {
    return (float) (1 / Math.sqrt(size));
  }

  private float product(float[] x, int from, float[] y, int other) {
    float sum = 0;
    for (int i = 0; i < size; i++) {
      sum += x[from + i] * y[other + i];
    }
    return sum;
  }

  private void addScaled(float factor, float[] x, int from, float[] out, int to) {
    for (int i = 0; i < size; i++) {
      out[to + i] += factor * x[from + i];
    }
  }
}
