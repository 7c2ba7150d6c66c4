package org.tflion.optim;

import org.tflion.Require;
import org.tflion.schedule.Schedule;

/**
 * The numbers that define an {@link AdaBelief} optimizer. Immutable; every instance is valid.
 *
 * @param learningRate factor on every update
 * @param beta1 share of the old first moment in the new one; in [0, 1)
 * @param beta2 share of the old second moment in the new one; in [0, 1)
 * @param epsilon added to the root of the second moment; above 0
 * @param epsilonRoot added to the second moment itself at every update; 0 or more
 * @param weightDecay fraction of a weight removed per unit of learning rate
 */
public record AdaBeliefConfig(
    Schedule learningRate,
    double beta1,
    double beta2,
    double epsilon,
    double epsilonRoot,
    Schedule weightDecay) {

  /** Kingma and Ba (2014), Algorithm 1. */
  private static final double BETA1 = 0.9;

  /** Kingma and Ba (2014), Algorithm 1. */
  private static final double BETA2 = 0.999;

  /** Zhuang et al. (2020), section 3, for language and vision. */
  private static final double EPSILON = 1e-16;

  /** Zhuang et al. (2020), section 3, for language and vision. */
  private static final double EPSILON_ROOT = 1e-16;

  /**
   * Checks every number once, here, so that no later code has to.
   *
   * @throws IllegalArgumentException if a number is NaN, infinite or outside its range
   */
  public AdaBeliefConfig {
    Require.positive("AdaBelief: learningRate", learningRate.peak());
    Require.notNegative("AdaBelief: weightDecay", weightDecay.peak());
    Require.share("AdaBelief: beta1", beta1);
    Require.share("AdaBelief: beta2", beta2);
    Require.positive("AdaBelief: epsilon", epsilon);
    Require.notNegative("AdaBelief: epsilonRoot", epsilonRoot);
  }

  /** The paper's betas and epsilons, no decay, and this rate at every update. */
  public static AdaBeliefConfig of(double learningRate) {
    Require.positive("AdaBelief: learningRate", learningRate);
    return of(Schedule.constant(learningRate));
  }

  /** The paper's betas and epsilons, no decay, and this schedule of rates. */
  public static AdaBeliefConfig of(Schedule learningRate) {
    return new AdaBeliefConfig(
        learningRate, BETA1, BETA2, EPSILON, EPSILON_ROOT, Schedule.constant(0));
  }

  public AdaBeliefConfig withBetas(double first, double second) {
    return new AdaBeliefConfig(learningRate, first, second, epsilon, epsilonRoot, weightDecay);
  }

  public AdaBeliefConfig withEpsilon(double value) {
    return new AdaBeliefConfig(learningRate, beta1, beta2, value, epsilonRoot, weightDecay);
  }

  public AdaBeliefConfig withEpsilonRoot(double value) {
    return new AdaBeliefConfig(learningRate, beta1, beta2, epsilon, value, weightDecay);
  }

  public AdaBeliefConfig withWeightDecay(double value) {
    Require.notNegative("AdaBelief: weightDecay", value);
    return withWeightDecay(Schedule.constant(value));
  }

  public AdaBeliefConfig withWeightDecay(Schedule value) {
    return new AdaBeliefConfig(learningRate, beta1, beta2, epsilon, epsilonRoot, value);
  }
}
