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
public sealed interface Schedule
    permits Constant,
        Linear,
        Polynomial,
        Cosine,
        CosineRestarts,
        OneCycle,
        Exponential,
        InverseSquareRoot,
        InverseTime,
        RootDecay,
        Piecewise,
        Join,
        Warmup,
        Rewarmup,
        Product {

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

  /**
   * A bound on its values: the largest that its parts ever take. Of a part that ends before its own
   * largest value, and of a product whose factors are largest at different updates, it is above
   * what the whole takes.
   */
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

  /** {@code end + (start - end) * (1 - t / updates)^power}, then {@code end}. */
  static Schedule polynomial(double start, double end, double power, long updates) {
    return new Polynomial(start, end, power, updates);
  }

  /** Half cosines from {@code start} to {@code end}, each {@code stretch} times as long. */
  static Schedule cosineRestarts(double start, double end, long updates, double stretch) {
    return new CosineRestarts(start, end, updates, stretch);
  }

  /** Up to {@code peak} in {@code rise} updates and down again, on half cosines. */
  static Schedule oneCycle(double peak, long rise, long updates) {
    return new OneCycle(peak, rise, updates);
  }

  /** {@code start * ratio^(t / updates)}, but never below {@code end}. */
  static Schedule exponential(double start, double ratio, long updates, double end) {
    return new Exponential(start, ratio, updates, end);
  }

  /** {@code base / sqrt(max(t, flat))}. */
  static Schedule inverseSquareRoot(double base, long flat) {
    return new InverseSquareRoot(base, flat);
  }

  /** {@code start / (1 + kappa * t)}. */
  static Schedule inverseTime(double start, double kappa) {
    return new InverseTime(start, kappa);
  }

  /**
   * Warmup, stable, decay: a climb to {@code peak}, a plateau, and a fall.
   *
   * @param warmup length of the climb; 0 for none
   * @param stable length of the plateau; above 0
   * @param fall from {@code peak} on, such as {@link #linear}, {@link #cosine} or {@link #root}
   * @see <a href="https://arxiv.org/abs/2404.06395">Hu et al., 2024</a>
   */
  static Schedule warmupStableDecay(double peak, long warmup, long stable, Schedule fall) {
    return constant(peak).then(stable, fall).withWarmup(warmup);
  }

  /** {@code start + (end - start) * sqrt(t / updates)}, then {@code end}. */
  static Schedule root(double start, double end, long updates) {
    return new RootDecay(start, end, updates);
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

  /** This schedule up to update {@code length}, another from its beginning after it. */
  default Schedule then(long length, Schedule next) {
    return new Join(this, length, next);
  }

  /** This schedule, climbing once more from zero over {@code updates} after update {@code at}. */
  default Schedule withRewarmup(long at, long updates) {
    return new Rewarmup(this, at, updates);
  }

  /** This schedule times a number. */
  default Schedule times(double factor) {
    return new Product(this, constant(1), factor);
  }
}
