package org.tflion.schedule;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tflion.Require;

/**
 * A straight line: {@code start + (end - start) * min(t / updates, 1)}.
 *
 * @param start value before the first update; finite, 0 or more
 * @param end value from update {@code updates} on; finite, 0 or more
 * @param updates length of the line; above 0
 */
public record Linear(double start, double end, long updates) implements Schedule {

  public Linear {
    Require.notNegative("Linear schedule: start", start);
    Require.notNegative("Linear schedule: end", end);
    Require.that(updates > 0, "Linear schedule: updates must be above 0", updates);
  }

  @Override
  public double at(long update) {
    return start + (end - start) * Math.min((double) update / updates, 1);
  }

  @Override
  public Operand<TFloat64> at(Ops tf, Operand<TFloat64> update) {
    var passed = tf.math.div(update, tf.constant((double) updates));
    var share = tf.math.minimum(passed, tf.constant(1.0));
    return tf.math.add(tf.constant(start), tf.math.mul(tf.constant(end - start), share));
  }

  @Override
  public double peak() {
    return Math.max(start, end);
  }
}
