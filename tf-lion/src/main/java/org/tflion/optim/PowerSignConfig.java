package org.tflion.optim;

import org.tflion.Require;
import org.tflion.schedule.Schedule;

/**
 * The numbers that define a {@link PowerSign} optimizer. Immutable; every instance is valid.
 *
 * @param learningRate factor on every update
 * @param beta share of the old momentum in the new one; in [0, 1)
 * @param weightDecay fraction of a weight removed per unit of learning rate
 */
public record PowerSignConfig(Schedule learningRate, double beta, Schedule weightDecay) {

  /** Bello et al. (2017), section 4. */
  private static final double BETA = 0.9;

  /**
   * Checks every number once, here, so that no later code has to.
   *
   * @throws IllegalArgumentException if a number is NaN, infinite or outside its range
   */
  public PowerSignConfig {
    Require.positive("PowerSign: learningRate", learningRate.peak());
    Require.notNegative("PowerSign: weightDecay", weightDecay.peak());
    Require.share("PowerSign: beta", beta);
  }

  /** The paper's momentum, no decay, and this rate at every update. */
  public static PowerSignConfig of(double learningRate) {
    Require.positive("PowerSign: learningRate", learningRate);
    return of(Schedule.constant(learningRate));
  }

  /** The paper's momentum, no decay, and this schedule of rates. */
  public static PowerSignConfig of(Schedule learningRate) {
    return new PowerSignConfig(learningRate, BETA, Schedule.constant(0));
  }

  public PowerSignConfig withBeta(double value) {
    return new PowerSignConfig(learningRate, value, weightDecay);
  }

  public PowerSignConfig withWeightDecay(double value) {
    Require.notNegative("PowerSign: weightDecay", value);
    return withWeightDecay(Schedule.constant(value));
  }

  public PowerSignConfig withWeightDecay(Schedule value) {
    return new PowerSignConfig(learningRate, beta, value);
  }
}
