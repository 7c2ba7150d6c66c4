package org.tflion.schedule;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tflion.Require;

/**
 * A schedule that climbs once more from zero in the middle, as after a restart on new data.
 *
 * <pre>{@code
 * t <= at:            schedule(t)
 * t >  at:            schedule(t) * min((t - at) / updates, 1)
 * }</pre>
 *
 * @param schedule what is interrupted; it runs on underneath
 * @param at last update before the climb; 0 or more
 * @param updates length of the climb; above 0
 */
public record Rewarmup(Schedule schedule, long at, long updates) implements Schedule {

  public Rewarmup {
    Require.that(at >= 0, "Rewarmup: at must be 0 or more", at);
    Require.that(updates > 0, "Rewarmup: updates must be above 0", updates);
  }

  @Override
  public double at(long update) {
    double share = update <= at ? 1 : Math.min((double) (update - at) / updates, 1);
    return share * schedule.at(update);
  }

  @Override
  public Operand<TFloat64> at(Ops tf, Operand<TFloat64> update) {
    var start = tf.constant((double) at);
    var passed = tf.math.div(tf.math.sub(update, start), tf.constant((double) updates));
    var one = tf.constant(1.0);
    var climb = tf.math.minimum(passed, one);
    var share = tf.select(tf.math.greater(update, start), climb, one);
    return tf.math.mul(share, schedule.at(tf, update));
  }

  @Override
  public double peak() {
    return schedule.peak();
  }
}
