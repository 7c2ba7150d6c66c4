package org.tflion.train.model.layer;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;

/**
 * Gaussian error linear units.
 *
 * <pre>{@code
 * exact: x * (1 + erf(x / sqrt(2))) / 2
 * tanh:  x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3))) / 2
 * }</pre>
 *
 * @see <a href="https://arxiv.org/abs/1606.08415">Hendrycks and Gimpel, 2016</a>
 */
public enum Activation {
  /** By the error function. */
  GELU {
    @Override
    public <T extends TNumber> Operand<T> apply(Ops tf, Operand<T> x) {
      var bend = tf.math.erf(tf.math.mul(x, scalar(tf, Math.sqrt(0.5), x)));
      return half(tf, x, bend);
    }
  },
  /** By the tanh approximation, as GPT-2 has it. */
  GELU_TANH {
    @Override
    public <T extends TNumber> Operand<T> apply(Ops tf, Operand<T> x) {
      var cube = tf.math.mul(x, tf.math.mul(x, x));
      var inner = tf.math.add(x, tf.math.mul(scalar(tf, 0.044715, x), cube));
      var bend = tf.math.tanh(tf.math.mul(scalar(tf, Math.sqrt(2 / Math.PI), x), inner));
      return half(tf, x, bend);
    }
  };

  /** Applies the function to each element. */
  public abstract <T extends TNumber> Operand<T> apply(Ops tf, Operand<T> x);

  private static <T extends TNumber> Operand<T> half(Ops tf, Operand<T> x, Operand<T> bend) {
    var weight = tf.math.add(scalar(tf, 1, x), bend);
    return tf.math.mul(tf.math.mul(scalar(tf, 0.5, x), x), weight);
  }

  private static <T extends TNumber> Operand<T> scalar(Ops tf, double value, Operand<T> like) {
    return tf.dtypes.cast(tf.constant(value), like.type());
  }
}
