package org.tflion.optim;

import org.tflion.Require;
import org.tflion.schedule.Schedule;

/**
 * The numbers that define an {@link SgdMomentum} optimizer. Immutable; every instance is valid.
 *
 * @param learningRate factor on every update
 * @param momentum share of the old velocity that is kept; in [0, 1)
 * @param weightDecay fraction of a weight removed per unit of learning rate
 */
public record SgdMomentumConfig(Schedule learningRate, double momentum, Schedule weightDecay) {

  /** Krizhevsky, Sutskever and Hinton (2012), section 5. */
  private static final double MOMENTUM = 0.9;

  /**
   * Checks every number once, here, so that no later code has to.
   *
   * @throws IllegalArgumentException if a number is NaN, infinite or outside its range
   */
  public SgdMomentumConfig {
    Require.positive("SgdMomentum: learningRate", learningRate.peak());
    Require.notNegative("SgdMomentum: weightDecay", weightDecay.peak());
    Require.share("SgdMomentum: momentum", momentum);
  }

  /** The usual momentum, no decay, and this rate at every update. */
  public static SgdMomentumConfig of(double learningRate) {
    Require.positive("SgdMomentum: learningRate", learningRate);
    return of(Schedule.constant(learningRate));
  }

  /** The usual momentum, no decay, and this schedule of rates. */
  public static SgdMomentumConfig of(Schedule learningRate) {
    return new SgdMomentumConfig(learningRate, MOMENTUM, Schedule.constant(0));
  }

  public SgdMomentumConfig withMomentum(double value) {
    return new SgdMomentumConfig(learningRate, value, weightDecay);
  }

  public SgdMomentumConfig withWeightDecay(double value) {
    Require.notNegative("SgdMomentum: weightDecay", value);
    return withWeightDecay(Schedule.constant(value));
  }

  public SgdMomentumConfig withWeightDecay(Schedule value) {
    return new SgdMomentumConfig(learningRate, momentum, value);
  }
}
