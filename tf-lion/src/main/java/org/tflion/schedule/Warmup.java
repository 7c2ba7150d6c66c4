package org.tflion.schedule;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tflion.Require;

/**
 * A climb from zero in equal steps, then another schedule from its beginning.
 *
 * <pre>{@code
 * t <= updates: then(0) * t / updates
 * t >  updates: then(t - updates)
 * }</pre>
 *
 * @param updates length of the climb; above 0
 * @param then what follows
 */
public record Warmup(long updates, Schedule then) implements Schedule {

  public Warmup {
    Require.that(updates > 0, "Warmup: updates must be above 0", updates);
  }

  @Override
  public double at(long update) {
    double share = Math.min((double) update / updates, 1);
    return share * then.at(Math.max(update - updates, 0));
  }

  @Override
  public Operand<TFloat64> at(Ops tf, Operand<TFloat64> update) {
    var length = tf.constant((double) updates);
    var share = tf.math.minimum(tf.math.div(update, length), tf.constant(1.0));
    var after = tf.math.maximum(tf.math.sub(update, length), tf.constant(0.0));
    return tf.math.mul(share, then.at(tf, after));
  }

  @Override
  public double peak() {
    return then.peak();
  }
}
