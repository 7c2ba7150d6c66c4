package org.tflion.optim;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Roundings of float32 to bfloat16, which is the upper half of its 32 bits. */
final class Bfloat16Bits {

  private static final int UPPER = 0xffff0000;
  private static final int LOWER = 0x0000ffff;

  /** One less than half of the last bit that is kept. */
  private static final int UNDER_HALF = 0x7fff;

  private static final int LOWER_BITS = 16;

  private Bfloat16Bits() {}

  /** The bits of the nearest bfloat16, of two the even one; of no use for NaN. */
  static Operand<TInt32> nearest(Ops tf, Operand<TFloat32> value) {
    var bits = tf.bitcast(value, TInt32.class);
    var shifted = tf.bitwise.rightShift(bits, tf.constant(LOWER_BITS));
    var odd = tf.bitwise.bitwiseAnd(shifted, tf.constant(1));
    var raised = tf.math.add(bits, tf.math.add(odd, tf.constant(UNDER_HALF)));
    return tf.bitwise.bitwiseAnd(raised, tf.constant(UPPER));
  }

  /**
   * One of the two bfloat16 around a value, the nearer one more often: its expectation is the value
   * itself. NaN stays NaN.
   *
   * @param random bits, all equally likely, of the value's shape
   */
  static Operand<TFloat32> stochastic(Ops tf, Operand<TFloat32> value, Operand<TInt32> random) {
    var bits = tf.bitcast(value, TInt32.class);
    var raised = tf.math.add(bits, tf.bitwise.bitwiseAnd(random, tf.constant(LOWER)));
    var rounded = tf.bitcast(tf.bitwise.bitwiseAnd(raised, tf.constant(UPPER)), TFloat32.class);
    return tf.select(tf.math.isNan(value), value, rounded);
  }
}
