package org.tflion.optim;

/**
 * The direction of a Lion step from the blended momentum {@code c}.
 *
 * @see <a href="https://optax.readthedocs.io">optax.scale_by_lion: hard, smooth, refined</a>
 */
public enum LionDirection {
  /** {@code sign(c)}: the paper. */
  SIGN,

  /** {@code tanh(c)}: a sign without its jump. */
  SMOOTH,

  /** {@code c} where {@code |c| < 1}, {@code sign(c)} elsewhere. */
  REFINED
}
