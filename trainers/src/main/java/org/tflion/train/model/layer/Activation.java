package org.tflion.train.model.layer;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;

/**
 * Gaussian error linear units.
 *
 * <pre>{@code
 * exact: x * (1 + erf(x / sqrt(2))) / 2
 *        slope (1 + erf(x / sqrt(2))) / 2 + x * exp(-x^2 / 2) / sqrt(2 pi)
 * tanh:  x * (1 + t) / 2 with t = tanh(sqrt(2 / pi) * (x + 0.044715 x^3))
 *        slope (1 + t) / 2 + x * (1 - t^2) * sqrt(2 / pi) * (1 + 3 * 0.044715 x^2) / 2
 * }</pre>
 *
 * @see <a href="https://arxiv.org/abs/1606.08415">Hendrycks and Gimpel, 2016</a>
 */
public enum Activation {
  /** By the error function. */
  GELU {
    @Override
    public <T extends TNumber> Operand<T> apply(Ops tf, Operand<T> x) {
      return tf.math.mul(tf.math.mul(scalar(tf, 0.5, x), x), weight(tf, x));
    }

    @Override
    <T extends TNumber> Operand<T> slope(Ops tf, Operand<T> x) {
      var half = tf.math.mul(scalar(tf, -0.5, x), tf.math.mul(x, x));
      var bell = tf.math.mul(scalar(tf, 1 / Math.sqrt(2 * Math.PI), x), tf.math.exp(half));
      var straight = tf.math.mul(scalar(tf, 0.5, x), weight(tf, x));
      return tf.math.add(straight, tf.math.mul(x, bell));
    }

    private <T extends TNumber> Operand<T> weight(Ops tf, Operand<T> x) {
      var bend = tf.math.erf(tf.math.mul(x, scalar(tf, Math.sqrt(0.5), x)));
      return tf.math.add(scalar(tf, 1, x), bend);
    }
  },
  /** By the tanh approximation, as GPT-2 has it. */
  GELU_TANH {
    @Override
    public <T extends TNumber> Operand<T> apply(Ops tf, Operand<T> x) {
      var weight = tf.math.add(scalar(tf, 1, x), bend(tf, x));
      return tf.math.mul(tf.math.mul(scalar(tf, 0.5, x), x), weight);
    }

    @Override
    <T extends TNumber> Operand<T> slope(Ops tf, Operand<T> x) {
      Operand<T> bend = bend(tf, x);
      var one = scalar(tf, 1, x);
      var inner = tf.math.add(one, tf.math.mul(scalar(tf, 3 * CUBE, x), tf.math.mul(x, x)));
      var rise = tf.math.mul(scalar(tf, ROOT / 2, x), tf.math.mul(x, inner));
      var curved = tf.math.mul(rise, tf.math.sub(one, tf.math.mul(bend, bend)));
      return tf.math.add(tf.math.mul(scalar(tf, 0.5, x), tf.math.add(one, bend)), curved);
    }

    private <T extends TNumber> Operand<T> bend(Ops tf, Operand<T> x) {
      var cube = tf.math.mul(x, tf.math.mul(x, x));
      var inner = tf.math.add(x, tf.math.mul(scalar(tf, CUBE, x), cube));
      return tf.math.tanh(tf.math.mul(scalar(tf, ROOT, x), inner));
    }
  };

  private static final double CUBE = 0.044715;
  private static final double ROOT = Math.sqrt(2 / Math.PI);

  /** Applies the function to each element. */
  public abstract <T extends TNumber> Operand<T> apply(Ops tf, Operand<T> x);

  /** The derivative at each element. */
  abstract <T extends TNumber> Operand<T> slope(Ops tf, Operand<T> x);

  private static <T extends TNumber> Operand<T> scalar(Ops tf, double value, Operand<T> like) {
    return tf.dtypes.cast(tf.constant(value), like.type());
  }
}
