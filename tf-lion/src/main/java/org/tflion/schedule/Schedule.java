package org.tflion.schedule;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;

/**
 * A number that changes with the update: a learning rate or a weight decay.
 *
 * <p>Updates are counted from 1: the first call of an optimizer evaluates its schedules at {@code t
 * = 1}. The same value is available in Java, for logs and plans, and as graph ops of a step
 * variable, so that changing rates never rebuild a graph. Both are computed in double precision.
 */
public sealed interface Schedule permits Constant, Linear, Cosine, Piecewise, Warmup {

  /**
   * The value at one update.
   *
   * @param update number of the update, from 1
   */
  double at(long update);

  /**
   * The same value as graph ops.
   *
   * @param update number of the update, from 1; a scalar
   */
  Operand<TFloat64> at(Ops tf, Operand<TFloat64> update);

  /** The largest value it ever takes. */
  double peak();

  /** The same value at every update. */
  static Schedule constant(double value) {
    return new Constant(value);
  }

  /** A straight line from {@code start} to {@code end} over {@code updates}, then {@code end}. */
  static Schedule linear(double start, double end, long updates) {
    return new Linear(start, end, updates);
  }

  /** Half a cosine from {@code start} to {@code end} over {@code updates}, then {@code end}. */
  static Schedule cosine(double start, double end, long updates) {
    return new Cosine(start, end, updates);
  }

  /** {@code values[i]} while the update is at most {@code boundaries[i]}, then the last value. */
  static Schedule piecewise(long[] boundaries, double[] values) {
    return new Piecewise(boundaries, values);
  }

  /**
   * This schedule after a climb: update {@code t <= updates} gives {@code t / updates} of the
   * starting value, later ones this schedule at {@code t - updates}.
   *
   * @param updates length of the climb; 0 returns this schedule itself
   */
  default Schedule withWarmup(long updates) {
    return updates == 0 ? this : new Warmup(updates, this);
  }
}
