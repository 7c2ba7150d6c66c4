package org.tflion.optim;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
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
    var kept = tf.math.mul(scalar(tf, share, old), old);
    return tf.math.add(kept, tf.math.mul(scalar(tf, 1 - share, fresh), fresh));
  }
}
