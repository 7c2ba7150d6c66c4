package org.tflion.optim;

import org.tflion.Require;
import org.tflion.schedule.Schedule;

/**
 * The numbers that define an {@link AddSign} optimizer. Immutable; every instance is valid.
 *
 * @param learningRate factor on every update
 * @param beta share of the old momentum in the new one; in [0, 1)
 * @param weightDecay fraction of a weight removed per unit of learning rate
 */
public record AddSignConfig(Schedule learningRate, double beta, Schedule weightDecay) {

  /** Bello et al. (2017), section 4. */
  private static final double BETA = 0.9;

  /**
   * Checks every number once, here, so that no later code has to.
   *
   * @throws IllegalArgumentException if a number is NaN, infinite or outside its range
   */
  public AddSignConfig {
    Require.positive("AddSign: learningRate", learningRate.peak());
    Require.notNegative("AddSign: weightDecay", weightDecay.peak());
    Require.share("AddSign: beta", beta);
  }

  /** The paper's momentum, no decay, and this rate at every update. */
  public static AddSignConfig of(double learningRate) {
    Require.positive("AddSign: learningRate", learningRate);
    return of(Schedule.constant(learningRate));
  }

  /** The paper's momentum, no decay, and this schedule of rates. */
  public static AddSignConfig of(Schedule learningRate) {
    return new AddSignConfig(learningRate, BETA, Schedule.constant(0));
  }

  public AddSignConfig withBeta(double value) {
    return new AddSignConfig(learningRate, value, weightDecay);
  }

  public AddSignConfig withWeightDecay(double value) {
    Require.notNegative("AddSign: weightDecay", value);
    return withWeightDecay(Schedule.constant(value));
  }

  public AddSignConfig withWeightDecay(Schedule value) {
    return new AddSignConfig(learningRate, beta, value);
  }
}
