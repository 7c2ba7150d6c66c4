package org.tflion.optim;

import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TType;

/** A loss scale at work, with its state: the present factor and how many good steps it has seen. */
record LossScaling(LossScale config, States states) {

  private static final String FACTOR = "loss_scale";
  private static final String GOOD = "loss_scale_good";

  boolean isNone() {
    return config.equals(LossScale.NONE);
  }

  /**
   * The present factor, a scalar.
   *
   * @param like a weight, for the kind of variable that keeps it
   */
  Operand<TFloat64> factor(Ops tf, Weight<?> like) {
    Operand<TFloat64> first = tf.constant(config.initial());
    if (!config.dynamic()) {
      return first;
    }
    Operand<TFloat64> kept = states.number(like, FACTOR).read(tf);
    // The variable is zero before the first step.
    return tf.select(tf.math.equal(kept, tf.constant(0.0)), first, kept);
  }

  /** A loss times the factor. */
  <T extends TType> Operand<?> scaled(Ops tf, Operand<T> loss, Operand<TFloat64> factor) {
    return tf.math.mul(loss, tf.dtypes.cast(factor, loss.type()));
  }

  /** A gradient of the scaled loss as one of the loss. */
  <T extends TType> Output<T> unscaled(Ops tf, Output<T> gradient, Operand<TFloat64> factor) {
    var inverse = tf.math.div(tf.constant(1.0), factor); // []
    return tf.math.mul(gradient, tf.dtypes.cast(inverse, gradient.type())).asOutput();
  }

  /**
   * Adds what a step changes in the factor.
   *
   * @param tf carries control dependencies on everything that reads the factor
   * @param finite whether loss and gradients were, a scalar
   */
  Op adapt(Ops tf, Weight<?> like, Operand<TBool> finite) {
    Weight<TInt64> good = states.count(like, GOOD);
    Operand<TFloat64> now = factor(tf, like); // []
    Operand<TInt64> seen = tf.math.add(good.read(tf), tf.constant(1L)); // []
    Operand<TBool> patient = tf.math.equal(seen, tf.constant((long) LossScale.PATIENCE)); // []
    var twice = tf.math.mul(now, tf.constant(2.0)); // []
    var half = tf.math.div(now, tf.constant(2.0)); // []
    var raised = tf.select(patient, largest(tf, twice), now); // []
    var lowered = tf.math.maximum(half, tf.constant(LossScale.LEAST)); // []
    var next = tf.select(finite, raised, lowered); // []
    var none = tf.constant(0L);
    var count = tf.select(tf.math.logicalAnd(finite, tf.math.logicalNot(patient)), seen, none);
    Ops write = tf.withControlDependencies(next, count);
    return write
        .withControlDependencies(
            states.number(like, FACTOR).assign(write, next), good.assign(write, count))
        .noOp();
  }

  /** Doubling never ends at infinity, where a loss of zero would become NaN. */
  private static Operand<TFloat64> largest(Ops tf, Operand<TFloat64> factor) {
    return tf.math.minimum(factor, tf.constant(0x1p127));
  }
}
