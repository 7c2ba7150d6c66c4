package org.tflion.optim;

import org.tflion.Require;
import org.tflion.schedule.Schedule;

/**
 * What defines a {@link Lion} optimizer. Immutable; every instance is valid.
 *
 * @param learningRate distance, in units of the weight, that one update moves a weight
 * @param beta1 share of the old momentum in the direction; in [0, 1)
 * @param beta2 share of the old momentum in the new momentum; in [0, 1)
 * @param weightDecay fraction of a weight removed per unit of learning rate
 * @param direction what becomes of the blended momentum
 * @param cautious whether a weight stays where the direction and its gradient disagree in sign
 * @param momentum how the momentum lies in memory
 */
public record LionConfig(
    Schedule learningRate,
    double beta1,
    double beta2,
    Schedule weightDecay,
    LionDirection direction,
    boolean cautious,
    Storage momentum) {

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
    Require.notNegative("Lion: weightDecay", weightDecay.peak());
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
    return new LionConfig(
        learningRate, BETA1, BETA2, Schedule.constant(0), LionDirection.SIGN, false, Storage.EXACT);
  }

  /**
   * The paper's ablation: one momentum for direction and memory, the sign of which is the step.
   *
   * @param beta the paper tries 0.9 and 0.99
   * @see <a href="https://arxiv.org/abs/2302.06675">Chen et al., 2023, section 4.6 and Table 7</a>
   */
  public static LionConfig signMomentum(Schedule learningRate, double beta) {
    return of(learningRate).withBetas(beta, beta);
  }

  /**
   * Rate and decay from the size of the weights, after Amos.
   *
   * <pre>{@code
   * learningRate = alpha * sigma / (1 + kappa * t)
   * weightDecay  = alpha / (2 * sigma)
   * }</pre>
   *
   * @param alpha relative change of a weight per update at first, such as 1e-3
   * @param sigma standard deviation of the initial weights
   * @param kappa speed of the decay, per update
   * @see <a href="https://kexue.fm/archives/9473">Su, 2023: settings of Lion from Amos</a>
   */
  public static LionConfig amos(double alpha, double sigma, double kappa) {
    Require.positive("Lion: alpha", alpha);
    Require.positive("Lion: sigma", sigma);
    return of(Schedule.inverseTime(alpha * sigma, kappa)).withWeightDecay(alpha / (2 * sigma));
  }

  /**
   * The settings to begin with where AdamW worked: the whole schedule of rates divided by {@code
   * ratio}, the decay multiplied by it, so that their product stays.
   *
   * @param ratio 3 to 10
   * @see <a href="https://arxiv.org/abs/2302.06675">Chen et al., 2023, section 5</a>
   */
  public static LionConfig fromAdamW(AdamWConfig adamW, double ratio) {
    Require.that(
        ratio >= 1 && Double.isFinite(ratio), "Lion: ratio to AdamW must be 1 or more", ratio);
    return of(adamW.learningRate().times(1 / ratio))
        .withWeightDecay(adamW.weightDecay().times(ratio));
  }

  public LionConfig withBetas(double first, double second) {
    return new LionConfig(learningRate, first, second, weightDecay, direction, cautious, momentum);
  }

  public LionConfig withWeightDecay(double value) {
    Require.notNegative("Lion: weightDecay", value);
    return withWeightDecay(Schedule.constant(value));
  }

  public LionConfig withWeightDecay(Schedule value) {
    return withWeightDecay(value, DecayMeaning.TIMES_RATE);
  }

  /** A decay that is meant in another way than times the rate. */
  public LionConfig withWeightDecay(Schedule value, DecayMeaning meaning) {
    return new LionConfig(
        learningRate,
        beta1,
        beta2,
        meaning.times(value, learningRate),
        direction,
        cautious,
        momentum);
  }

  public LionConfig withDirection(LionDirection value) {
    return new LionConfig(learningRate, beta1, beta2, weightDecay, value, cautious, momentum);
  }

  public LionConfig withCautious(boolean value) {
    return new LionConfig(learningRate, beta1, beta2, weightDecay, direction, value, momentum);
  }

  public LionConfig withMomentum(Storage value) {
    return new LionConfig(learningRate, beta1, beta2, weightDecay, direction, cautious, value);
  }
}
