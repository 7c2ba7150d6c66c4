package org.tflion.optim;

import org.tflion.Require;
import org.tflion.schedule.Schedule;

/**
 * The numbers that define an {@link NAdam} optimizer. Immutable; every instance is valid.
 *
 * @param learningRate factor on every update
 * @param beta1 share of the old first moment in the new one; in [0, 1)
 * @param beta2 share of the old second moment in the new one; in [0, 1)
 * @param epsilon added to the root of the second moment; above 0
 * @param weightDecay fraction of a weight removed per unit of learning rate
 */
public record NAdamConfig(
    Schedule learningRate, double beta1, double beta2, double epsilon, Schedule weightDecay) {

  /** Kingma and Ba (2014), Algorithm 1. */
  private static final double BETA1 = 0.9;

  /** Kingma and Ba (2014), Algorithm 1. */
  private static final double BETA2 = 0.999;

  /** Kingma and Ba (2014), Algorithm 1. */
  private static final double EPSILON = 1e-8;

  /**
   * Checks every number once, here, so that no later code has to.
   *
   * @throws IllegalArgumentException if a number is NaN, infinite or outside its range
   */
  public NAdamConfig {
    Require.positive("NAdam: learningRate", learningRate.peak());
    Require.notNegative("NAdam: weightDecay", weightDecay.peak());
    Require.share("NAdam: beta1", beta1);
    Require.share("NAdam: beta2", beta2);
    Require.positive("NAdam: epsilon", epsilon);
  }

  /** Adam's betas and epsilon, no decay, and this rate at every update. */
  public static NAdamConfig of(double learningRate) {
    Require.positive("NAdam: learningRate", learningRate);
    return of(Schedule.constant(learningRate));
  }

  /** Adam's betas and epsilon, no decay, and this schedule of rates. */
  public static NAdamConfig of(Schedule learningRate) {
    return new NAdamConfig(learningRate, BETA1, BETA2, EPSILON, Schedule.constant(0));
  }

  public NAdamConfig withBetas(double first, double second) {
    return new NAdamConfig(learningRate, first, second, epsilon, weightDecay);
  }

  public NAdamConfig withEpsilon(double value) {
    return new NAdamConfig(learningRate, beta1, beta2, value, weightDecay);
  }

  public NAdamConfig withWeightDecay(double value) {
    Require.notNegative("NAdam: weightDecay", value);
    return withWeightDecay(Schedule.constant(value));
  }

  public NAdamConfig withWeightDecay(Schedule value) {
    return new NAdamConfig(learningRate, beta1, beta2, epsilon, value);
  }
}
