package org.tflion.optim;

import org.tflion.Require;
import org.tflion.schedule.Schedule;

/**
 * The numbers that define a {@link Lion} optimizer. Immutable; every instance is valid.
 *
 * @param learningRate distance, in units of the weight, that one update moves a weight
 * @param beta1 share of the old momentum in the direction; in [0, 1)
 * @param beta2 share of the old momentum in the new momentum; in [0, 1)
 * @param weightDecay fraction of a weight removed per unit of learning rate
 */
public record LionConfig(Schedule learningRate, double beta1, double beta2, Schedule weightDecay) {

  /** Chen et al. (2023), section 4: the default of all but language tasks. */
  private static final double BETA1 = 0.9;

  /** Chen et al. (2023), section 4: the default of all but language tasks. */
  private static final double BETA2 = 0.99;

  /**
   * Checks every number once, here, so that no later code has to.
   *
   * @throws IllegalArgumentException if a number is NaN, infinite or outside its range
   */
  public LionConfig {
    Require.positive("Lion: learningRate", learningRate.peak());
    Require.share("Lion: beta1", beta1);
    Require.share("Lion: beta2", beta2);
  }

  /** The paper's betas, no decay, and this rate at every update. */
  public static LionConfig of(double learningRate) {
    Require.positive("Lion: learningRate", learningRate);
    return of(Schedule.constant(learningRate));
  }

  /** The paper's betas, no decay, and this schedule of rates. */
  public static LionConfig of(Schedule learningRate) {
    return new LionConfig(learningRate, BETA1, BETA2, Schedule.constant(0));
  }

  public LionConfig withBetas(double first, double second) {
    return new LionConfig(learningRate, first, second, weightDecay);
  }

  public LionConfig withWeightDecay(double value) {
    Require.notNegative("Lion: weightDecay", value);
    return withWeightDecay(Schedule.constant(value));
  }

  public LionConfig withWeightDecay(Schedule value) {
    return new LionConfig(learningRate, beta1, beta2, value);
  }
}
