package org.tflion.schedule;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tflion.Require;

/**
 * A constant ratio from update to update: {@code max(start * ratio^(t / updates), end)}.
 *
 * @param start value before the first update; finite, above 0
 * @param ratio factor after each {@code updates}; in (0, 1]
 * @param updates how many updates one factor takes; above 0
 * @param end the value never falls below it; finite, 0 or more
 */
public record Exponential(double start, double ratio, long updates, double end)
    implements Schedule {

  public Exponential {
    Require.positive("Exponential schedule: start", start);
    Require.that(ratio > 0 && ratio <= 1, "Exponential schedule: ratio must be in (0, 1]", ratio);
    Require.that(updates > 0, "Exponential schedule: updates must be above 0", updates);
    Require.notNegative("Exponential schedule: end", end);
  }

  @Override
  public double at(long update) {
    return Math.max(start * Math.pow(ratio, (double) update / updates), end);
  }

  @Override
  public Operand<TFloat64> at(Ops tf, Operand<TFloat64> update) {
    var passed = tf.math.div(update, tf.constant((double) updates));
    var factor = tf.math.pow(tf.constant(ratio), passed);
    return tf.math.maximum(tf.math.mul(tf.constant(start), factor), tf.constant(end));
  }

  @Override
  public double peak() {
    return Math.max(start, end);
  }
}
