package org.tflion.schedule;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tflion.Require;

/**
 * A fall along a root: {@code start + (end - start) * sqrt(min(t / updates, 1))}, steep at first.
 *
 * @param start value before the first update; finite, 0 or more
 * @param end value from update {@code updates} on; finite, 0 or more
 * @param updates length of the curve; above 0
 * @see <a href="https://arxiv.org/abs/2405.18392">Haegele et al., 2024: the "1-sqrt" cooldown</a>
 */
public record RootDecay(double start, double end, long updates) implements Schedule {

  public RootDecay {
    Require.notNegative("Root decay: start", start);
    Require.notNegative("Root decay: end", end);
    Require.that(updates > 0, "Root decay: updates must be above 0", updates);
  }

  @Override
  public double at(long update) {
    return start + (end - start) * Math.sqrt(Math.min((double) update / updates, 1));
  }

  @Override
  public Operand<TFloat64> at(Ops tf, Operand<TFloat64> update) {
    var passed = tf.math.div(update, tf.constant((double) updates));
    var share = tf.math.minimum(passed, tf.constant(1.0));
    var bent = tf.math.sqrt(share);
    return tf.math.add(tf.constant(start), tf.math.mul(tf.constant(end - start), bent));
  }

  @Override
  public double peak() {
    return Math.max(start, end);
  }
}
