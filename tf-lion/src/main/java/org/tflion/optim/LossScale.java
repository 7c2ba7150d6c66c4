package org.tflion.optim;

import org.tflion.Require;

/**
 * A factor on the loss, taken off the gradients again before anything looks at them, so that small
 * gradients do not vanish in 16 bits. Powers of two, which are exact, cost no accuracy.
 *
 * @param initial the factor, or the first one if it is dynamic
 * @param dynamic whether it is halved, down to {@value #LEAST}, after a loss or gradient that is
 *     not finite, and doubled after {@value #PATIENCE} in a row that are
 */
public record LossScale(double initial, boolean dynamic) {

  /** The loss itself. */
  public static final LossScale NONE = new LossScale(1, false);

  /** Micikevicius et al. (2018), section 3.2, as in TensorFlow and PyTorch since. */
  static final int PATIENCE = 2000;

  /** A smaller factor than the loss itself saves no gradient. */
  static final double LEAST = 1;

  private static final double FIRST = 1 << 15;

  public LossScale {
    Require.positive("LossScale: initial", initial);
    Require.that(
        !dynamic || initial >= LEAST, "LossScale: initial must be 1 or more if dynamic", initial);
  }

  /** Always the same factor. */
  public static LossScale fixed(double factor) {
    return new LossScale(factor, false);
  }

  /**
   * A factor that adapts, 32,768 at first; needs {@link UpdateOptions#withGuarded}.
   *
   * @see <a href="https://arxiv.org/abs/1710.03740">Micikevicius et al., 2018</a>
   */
  public static LossScale adapting() {
    return new LossScale(FIRST, true);
  }
}
