package org.tflion.optim;

import java.util.stream.IntStream;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;

/** The arithmetic that several rules share. */
final class Elementwise {

  private Elementwise() {}

  /** A double, rounded once to the type of {@code like}. */
  static <T extends TNumber> Operand<T> scalar(Ops tf, double value, Operand<T> like) {
    return tf.dtypes.cast(tf.constant(value), like.type());
  }

  /**
   * A moving average: {@code share * old + (1 - share) * fresh}.
   *
   * <p>{@code 1 - share} is taken in double precision, as optax and the authors' PyTorch code do;
   * in float32 it would be 0.100000024 for 0.9.
   */
  static <T extends TNumber> Operand<T> average(
      Ops tf, double share, Operand<T> old, Operand<T> fresh) {
    return average(tf, scalar(tf, share, old), scalar(tf, 1 - share, fresh), old, fresh);
  }

  /** The same where both shares are known only in the graph. */
  static <T extends TNumber> Operand<T> average(
      Ops tf, Operand<T> share, Operand<T> rest, Operand<T> old, Operand<T> fresh) {
    return tf.math.add(tf.math.mul(share, old), tf.math.mul(rest, fresh));
  }

  /** A mean over the root of a second moment: {@code mean / (sqrt(square) + epsilon)}. */
  static <T extends TNumber> Operand<T> overRoot(
      Ops tf, Operand<T> mean, Operand<T> square, double epsilon) {
    var root = tf.math.sqrt(square);
    return tf.math.div(mean, tf.math.add(root, scalar(tf, epsilon, mean)));
  }

  /** The sum of all values, a scalar. */
  static <T extends TNumber> Operand<T> sum(Ops tf, Operand<T> values) {
    return tf.sum(values, axes(tf, values)); // []
  }

  private static Operand<TInt32> axes(Ops tf, Operand<?> values) {
    return tf.constant(IntStream.range(0, values.shape().numDimensions()).toArray());
  }
}
