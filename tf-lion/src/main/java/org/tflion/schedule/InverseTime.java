package org.tflion.schedule;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tflion.Require;

/**
 * {@code start / (1 + kappa * t)}: halved after {@code 1 / kappa} updates.
 *
 * @param start value before the first update; finite, above 0
 * @param kappa speed of the fall, per update; finite, 0 or more
 */
public record InverseTime(double start, double kappa) implements Schedule {

  public InverseTime {
    Require.positive("Inverse time schedule: start", start);
    Require.notNegative("Inverse time schedule: kappa", kappa);
  }

  @Override
  public double at(long update) {
    return start / (1 + kappa * update);
  }

  @Override
  public Operand<TFloat64> at(Ops tf, Operand<TFloat64> update) {
    var slowed = tf.math.mul(tf.constant(kappa), update);
    return tf.math.div(tf.constant(start), tf.math.add(tf.constant(1.0), slowed));
  }

  @Override
  public double peak() {
    return start;
  }
}
