package org.tflion.schedule;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tflion.Require;

/**
 * A power of what is left: {@code end + (start - end) * (1 - min(t / updates, 1))^power}.
 *
 * @param start value before the first update; finite, 0 or more
 * @param end value from update {@code updates} on; finite, 0 or more
 * @param power 1 gives a straight line, 2 a parabola that flattens out; above 0
 * @param updates length of the curve; above 0
 */
public record Polynomial(double start, double end, double power, long updates) implements Schedule {

  public Polynomial {
    Require.notNegative("Polynomial schedule: start", start);
    Require.notNegative("Polynomial schedule: end", end);
    Require.positive("Polynomial schedule: power", power);
    Require.that(updates > 0, "Polynomial schedule: updates must be above 0", updates);
  }

  @Override
  public double at(long update) {
    double share = Math.min((double) update / updates, 1);
    return end + (start - end) * Math.pow(1 - share, power);
  }

  @Override
  public Operand<TFloat64> at(Ops tf, Operand<TFloat64> update) {
    var passed = tf.math.div(update, tf.constant((double) updates));
    var share = tf.math.minimum(passed, tf.constant(1.0));
    var left = tf.math.sub(tf.constant(1.0), share);
    var bent = tf.math.pow(left, tf.constant(power));
    return tf.math.add(tf.constant(end), tf.math.mul(tf.constant(start - end), bent));
  }

  @Override
  public double peak() {
    return Math.max(start, end);
  }
}
