package org.tflion.optim;

import org.tflion.Require;
import org.tflion.schedule.Schedule;

/**
 * The numbers that define an {@link AdamW} optimizer. Immutable; every instance is valid.
 *
 * @param learningRate about the distance, in units of the weight, that one update moves a weight
 * @param beta1 share of the old first moment in the new one; in [0, 1)
 * @param beta2 share of the old second moment in the new one; in [0, 1)
 * @param epsilon added to the root of the second moment; above 0
 * @param weightDecay fraction of a weight removed per unit of learning rate
 */
public record AdamWConfig(
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
  public AdamWConfig {
    Require.positive("AdamW: learningRate", learningRate.peak());
    Require.notNegative("AdamW: weightDecay", weightDecay.peak());
    Require.share("AdamW: beta1", beta1);
    Require.share("AdamW: beta2", beta2);
    Require.positive("AdamW: epsilon", epsilon);
  }

  /** Adam's betas and epsilon, no decay, and this rate at every update. */
  public static AdamWConfig of(double learningRate) {
    Require.positive("AdamW: learningRate", learningRate);
    return of(Schedule.constant(learningRate));
  }

  /** Adam's betas and epsilon, no decay, and this schedule of rates. */
  public static AdamWConfig of(Schedule learningRate) {
    return new AdamWConfig(learningRate, BETA1, BETA2, EPSILON, Schedule.constant(0));
  }

  public AdamWConfig withBetas(double first, double second) {
    return new AdamWConfig(learningRate, first, second, epsilon, weightDecay);
  }

  public AdamWConfig withEpsilon(double value) {
    return new AdamWConfig(learningRate, beta1, beta2, value, weightDecay);
  }

  public AdamWConfig withWeightDecay(double value) {
    Require.notNegative("AdamW: weightDecay", value);
    return withWeightDecay(Schedule.constant(value));
  }

  public AdamWConfig withWeightDecay(Schedule value) {
    return new AdamWConfig(learningRate, beta1, beta2, epsilon, value);
  }
}
