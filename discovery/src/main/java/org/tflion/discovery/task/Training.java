package org.tflion.discovery.task;

/**
 * One training: a model from its first weights, and how long it is trained.
 *
 * @param model to train; no other training has it
 * @param steps above 0
 */
public record Training(Model model, int steps) {

  public Training {
    if (steps <= 0) {
      throw new IllegalArgumentException("Training: steps must be above 0 (got " + steps + ")");
    }
  }

  /**
   * The schedule that programs see as {@code lr}: up from near 0 to near 1 in the first tenth of
   * the steps, then down to 0 along half a cosine.
   */
  double learningRate(int step) {
    double warmup = Math.max(1, steps / 10);
    double rise = Math.min(1, (step + 1) / warmup);
    return rise * (1 + Math.cos(Math.PI * step / steps)) / 2;
  }
}
