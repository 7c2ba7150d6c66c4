package org.tflion.optim;

import org.tflion.Require;
import org.tflion.schedule.Schedule;

/**
 * The numbers that define a {@link Signum} optimizer. Immutable; every instance is valid.
 *
 * @param learningRate factor on every update
 * @param beta share of the old momentum in the new one; in [0, 1)
 * @param weightDecay fraction of a weight removed per unit of learning rate
 */
public record SignumConfig(Schedule learningRate, double beta, Schedule weightDecay) {

  /** Bernstein et al. (2018), section 5. */
  private static final double BETA = 0.9;

  /**
   * Checks every number once, here, so that no later code has to.
   *
   * @throws IllegalArgumentException if a number is NaN, infinite or outside its range
   */
  public SignumConfig {
    Require.positive("Signum: learningRate", learningRate.peak());
    Require.notNegative("Signum: weightDecay", weightDecay.peak());
    Require.share("Signum: beta", beta);
  }

  /** The paper's momentum, no decay, and this rate at every update. */
  public static SignumConfig of(double learningRate) {
    Require.positive("Signum: learningRate", learningRate);
    return of(Schedule.constant(learningRate));
  }

  /** The paper's momentum, no decay, and this schedule of rates. */
  public static SignumConfig of(Schedule learningRate) {
    return new SignumConfig(learningRate, BETA, Schedule.constant(0));
  }

  public SignumConfig withBeta(double value) {
    return new SignumConfig(learningRate, value, weightDecay);
  }

  public SignumConfig withWeightDecay(double value) {
    Require.notNegative("Signum: weightDecay", value);
    return withWeightDecay(Schedule.constant(value));
  }

  public SignumConfig withWeightDecay(Schedule value) {
    return new SignumConfig(learningRate, beta, value);
  }
}
