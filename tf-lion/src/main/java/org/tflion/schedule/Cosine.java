package org.tflion.schedule;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tflion.Require;

/**
 * Half a cosine wave: {@code end + (start - end) * (1 + cos(pi * min(t / updates, 1))) / 2}.
 *
 * @param start value before the first update; finite, 0 or more
 * @param end value from update {@code updates} on; finite, 0 or more
 * @param updates length of the half wave; above 0
 * @see <a href="https://arxiv.org/abs/1608.03983">Loshchilov and Hutter, 2016</a>
 */
public record Cosine(double start, double end, long updates) implements Schedule {

  public Cosine {
    Require.notNegative("Cosine schedule: start", start);
    Require.notNegative("Cosine schedule: end", end);
    Require.that(updates > 0, "Cosine schedule: updates must be above 0", updates);
  }

  @Override
  public double at(long update) {
    double share = Math.min((double) update / updates, 1);
    return end + (start - end) / 2 * (1 + Math.cos(Math.PI * share));
  }

  @Override
  public Operand<TFloat64> at(Ops tf, Operand<TFloat64> update) {
    var passed = tf.math.div(update, tf.constant((double) updates));
    var share = tf.math.minimum(passed, tf.constant(1.0));
    var wave = tf.math.cos(tf.math.mul(tf.constant(Math.PI), share));
    var height = tf.math.add(tf.constant(1.0), wave);
    return tf.math.add(tf.constant(end), tf.math.mul(tf.constant((start - end) / 2), height));
  }

  @Override
  public double peak() {
    return Math.max(start, end);
  }
}
