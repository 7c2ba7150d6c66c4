package org.tflion.schedule;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tflion.Require;

/**
 * Up and down again on half cosines: from {@code peak / 25} to {@code peak} in the first {@code
 * rise} updates, then down to {@code peak / 250,000} at update {@code updates}.
 *
 * @param peak largest value; finite, above 0
 * @param rise length of the climb; above 0, below {@code updates}
 * @param updates length of the cycle
 * @see <a href="https://arxiv.org/abs/1708.07120">Smith and Topin, 2017</a>
 */
public record OneCycle(double peak, long rise, long updates) implements Schedule {

  /** The implementations of fastai, PyTorch and optax agree on it. */
  private static final double FIRST_DIVISOR = 25;

  /** PyTorch and optax: how far the end is below the beginning. */
  private static final double LAST_DIVISOR = 1e4;

  public OneCycle {
    Require.positive("One cycle: peak", peak);
    Require.that(rise > 0 && rise < updates, "One cycle: rise must be in [1, updates)", rise);
  }

  @Override
  public double at(long update) {
    return parts(peak, rise, updates).at(update);
  }

  @Override
  public Operand<TFloat64> at(Ops tf, Operand<TFloat64> update) {
    return parts(peak, rise, updates).at(tf, update);
  }

  @Override
  public double peak() {
    return peak;
  }

  private static Schedule parts(double peak, long rise, long updates) {
    double first = peak / FIRST_DIVISOR;
    return Schedule.cosine(first, peak, rise)
        .then(rise, Schedule.cosine(peak, first / LAST_DIVISOR, updates - rise));
  }
}
