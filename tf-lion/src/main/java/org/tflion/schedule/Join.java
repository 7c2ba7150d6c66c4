package org.tflion.schedule;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tflion.Require;

/**
 * One schedule up to an update, another from its own beginning after it.
 *
 * @param first what applies up to and at update {@code length}
 * @param length number of updates of {@code first}; above 0
 * @param then what follows, counted from 0 again
 */
public record Join(Schedule first, long length, Schedule then) implements Schedule {

  public Join {
    Require.that(length > 0, "Join: length must be above 0", length);
  }

  @Override
  public double at(long update) {
    return update <= length ? first.at(update) : then.at(update - length);
  }

  @Override
  public Operand<TFloat64> at(Ops tf, Operand<TFloat64> update) {
    var end = tf.constant((double) length);
    var late = tf.math.maximum(tf.math.sub(update, end), tf.constant(0.0));
    var passed = tf.math.greater(update, end);
    return tf.select(passed, then.at(tf, late), first.at(tf, update));
  }

  @Override
  public double peak() {
    return Math.max(first.peak(), then.peak());
  }
}
