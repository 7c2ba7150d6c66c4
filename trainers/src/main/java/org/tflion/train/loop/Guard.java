package org.tflion.train.loop;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Keeps count of the updates that were left out, and says how large a loss may be.
 *
 * <p>With the median {@code m} of the last losses that counted, and the median {@code d} of their
 * distances from it, the largest loss is
 *
 * <pre>{@code
 * m + spike * max(1.4826 * d, 0.01 * |m|)
 * }</pre>
 *
 * <p>{@code 1.4826 * d} is the standard deviation of losses that are normally distributed; half of
 * them may be arbitrarily wrong before it is. The second term is there for losses that hardly
 * differ. A loss that is no number, or that was too large, never counts.
 */
public final class Guard {

  private static final double DEVIATION_OF_NORMAL = 1.4826;
  private static final double LEAST_DEVIATION = 0.01;

  /**
   * Everything it knows.
   *
   * @param skipped updates left out so far
   * @param inARow of them since the last that was not
   * @param losses that counted, the oldest first
   */
  public record State(long skipped, int inARow, List<Double> losses) {

    /** Nothing yet. */
    public static final State NONE = new State(0, 0, List.of());

    public State {
      losses = List.copyOf(losses);
    }
  }

  private final GuardConfig config;
  private final Deque<Double> losses;
  private long skipped;
  private int inARow;

  Guard(GuardConfig config, State before) {
    this.config = config;
    this.losses = new ArrayDeque<>(before.losses());
    this.skipped = before.skipped();
    this.inARow = before.inARow();
    trim();
  }

  /** The largest loss at which the weights may move; infinite if there is no such limit. */
  double limit() {
    if (config.spike() == 0 || losses.size() < config.window()) {
      return Double.POSITIVE_INFINITY;
    }
    double middle = median(losses.stream().mapToDouble(Double::doubleValue).toArray());
    double distance = median(losses.stream().mapToDouble(x -> Math.abs(x - middle)).toArray());
    double deviation = Math.max(DEVIATION_OF_NORMAL * distance, LEAST_DEVIATION * Math.abs(middle));
    return middle + config.spike() * deviation;
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    int half = values.length / 2;
    return values.length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
  }

  /** An update was made. */
  void accept(double loss) {
    inARow = 0;
    losses.addLast(loss);
    trim();
  }

  private void trim() {
    while (losses.size() > config.window()) {
      losses.removeFirst();
    }
  }

  /** An update was left out. */
  void skip() {
    skipped++;
    inARow++;
  }

  /** Whether the run is to stop. */
  boolean gaveUp() {
    return inARow >= config.maxSkipped();
  }

  State state() {
    return new State(skipped, inARow, new ArrayList<>(losses));
  }
}
