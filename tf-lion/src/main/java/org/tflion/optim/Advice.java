package org.tflion.optim;

import java.util.ArrayList;
import java.util.List;

/** What the paper would warn of in the settings of a {@link Lion} run. */
public final class Advice {

  /** Chen et al. (2023), Table 12: no rate is above 3e-3, few are above 1e-3. */
  private static final double LARGEST_RATE = 1e-3;

  /** Chen et al. (2023), section 6: no better than AdamW at a batch below 64. */
  private static final long SMALLEST_BATCH = 64;

  private Advice() {}

  /**
   * One sentence for each doubtful setting, in no order of weight; none if all is well.
   *
   * @param batch examples in one update
   */
  public static List<String> on(LionConfig config, long batch) {
    List<String> advice = new ArrayList<>();
    double peak = config.learningRate().peak();
    if (peak > LARGEST_RATE) {
      advice.add(
          "Lion: a learning rate of "
              + peak
              + " is above "
              + LARGEST_RATE
              + "; start 3 to 10 times below that of AdamW.");
    }
    if (batch < SMALLEST_BATCH) {
      advice.add(
          "Lion: a batch of "
              + batch
              + " is below "
              + SMALLEST_BATCH
              + ", where it is no better than AdamW.");
    }
    if (config.learningRate().at(1) > peak / 2) { // one that falls from the start is just below
      advice.add("Lion: the learning rate has no warmup; without one it is prone to diverge.");
    }
    return advice;
  }
}
