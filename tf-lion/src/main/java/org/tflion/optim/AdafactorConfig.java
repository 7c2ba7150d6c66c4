package org.tflion.optim;

import java.util.List;
import org.tflion.Require;
import org.tflion.schedule.Schedule;

/**
 * What defines an {@link Adafactor} optimizer. Immutable; every instance is valid.
 *
 * @param variant whose Adafactor it is; public ones disagree
 * @param learningRate factor on every update, relative to the size of the weight if {@code scaled}
 * @param smallestFactored two axes of at least this size make a second moment factored
 * @param clip largest root mean square of one tensor's update; infinite for no clipping
 * @param scaled whether an update is multiplied by the root mean square of its weight
 * @param momentum share of the old momentum in the new one, in [0, 1); 0 keeps none
 * @param weightDecay fraction of a weight removed, as {@code variant} says
 * @param offset updates before a fine-tuning: the second moment's decay counts from there, so that
 *     the first update after them forgets what came before; the learning rate does not
 * @param factorRules which axes are factored, by names of weights; a weight that none matches, or
 *     with at most two axes none of which is a batch, has its two largest factored
 */
public record AdafactorConfig(
    Variant variant,
    Schedule learningRate,
    long smallestFactored,
    double clip,
    boolean scaled,
    double momentum,
    Schedule weightDecay,
    long offset,
    List<FactorRule> factorRules) {

  /** Where the variants differ. */
  public enum Variant {
    /** Momentum averages the finished update; decay is not multiplied by the rate. */
    OPTAX,
    /** The arithmetic of {@link #OPTAX}, its own default schedule, and rules of factoring. */
    T5X,
    /** Shazeer and Stern (2018) with relative step; no momentum; decay times the rate. */
    SHAZEER,
    /**
     * Momentum averages the clipped update, before rate and scale; epsilon is added to the second
     * moment once more under the root; decay times the rate.
     */
    BERT4KERAS
  }

  /** Shazeer and Stern (2018) do not say; T5X and optax agree on this. */
  private static final long SMALLEST_FACTORED = 128;

  /** Shazeer and Stern (2018), Algorithm 4: d. */
  private static final double CLIP = 1;

  /** T5X: warmup of its default schedule; also the smallest step of the paper, 1 / sqrt(10000). */
  private static final long FLAT_UPDATES = 10_000;

  /**
   * Checks every number once, here, so that no later code has to.
   *
   * @throws IllegalArgumentException if a number is NaN or outside its range
   */
  public AdafactorConfig {
    Require.positive("Adafactor: learningRate", learningRate.peak());
    Require.notNegative("Adafactor: weightDecay", weightDecay.peak());
    Require.that(
        smallestFactored > 0, "Adafactor: smallestFactored must be above 0", smallestFactored);
    Require.that(clip > 0, "Adafactor: clip must be above 0", clip);
    Require.share("Adafactor: momentum", momentum);
    Require.that(
        variant != Variant.SHAZEER || momentum == 0,
        "Adafactor: momentum must be 0 in the variant SHAZEER, which has none",
        momentum);
    Require.that(
        offset >= 0 && (offset == 0 || variant == Variant.OPTAX || variant == Variant.T5X),
        "Adafactor: offset must be 0, or more in the variants OPTAX and T5X",
        offset);
    factorRules = List.copyOf(factorRules);
    Require.that(
        factorRules.isEmpty() || variant == Variant.T5X,
        "Adafactor: factorRules must be none in variants other than T5X",
        variant);
  }

  /** As {@code optax.adafactor}. */
  public static AdafactorConfig optax(Schedule learningRate) {
    return of(Variant.OPTAX, learningRate);
  }

  /** As T5X, with the schedule of T5: 0.01 for 10,000 updates, then {@code 1 / sqrt(t)}. */
  public static AdafactorConfig t5x() {
    return of(Variant.T5X, Schedule.inverseSquareRoot(1, FLAT_UPDATES));
  }

  /** As the paper, with its relative step {@code min(0.01, 1 / sqrt(t))}. */
  public static AdafactorConfig shazeer() {
    return of(Variant.SHAZEER, Schedule.inverseSquareRoot(1, FLAT_UPDATES));
  }

  /** As bert4keras. */
  public static AdafactorConfig bert4keras(Schedule learningRate) {
    return of(Variant.BERT4KERAS, learningRate);
  }

  private static AdafactorConfig of(Variant variant, Schedule learningRate) {
    return new AdafactorConfig(
        variant,
        learningRate,
        SMALLEST_FACTORED,
        CLIP,
        true,
        0,
        Schedule.constant(0),
        0,
        List.of());
  }

  public AdafactorConfig withLearningRate(Schedule value) {
    return new AdafactorConfig(
        variant, value, smallestFactored, clip, scaled, momentum, weightDecay, offset, factorRules);
  }

  public AdafactorConfig withSmallestFactored(long value) {
    return new AdafactorConfig(
        variant, learningRate, value, clip, scaled, momentum, weightDecay, offset, factorRules);
  }

  public AdafactorConfig withClip(double value) {
    return new AdafactorConfig(
        variant,
        learningRate,
        smallestFactored,
        value,
        scaled,
        momentum,
        weightDecay,
        offset,
        factorRules);
  }

  public AdafactorConfig withScaled(boolean value) {
    return new AdafactorConfig(
        variant,
        learningRate,
        smallestFactored,
        clip,
        value,
        momentum,
        weightDecay,
        offset,
        factorRules);
  }

  public AdafactorConfig withMomentum(double value) {
    return new AdafactorConfig(
        variant,
        learningRate,
        smallestFactored,
        clip,
        scaled,
        value,
        weightDecay,
        offset,
        factorRules);
  }

  public AdafactorConfig withWeightDecay(Schedule value) {
    return new AdafactorConfig(
        variant,
        learningRate,
        smallestFactored,
        clip,
        scaled,
        momentum,
        value,
        offset,
        factorRules);
  }

  public AdafactorConfig withOffset(long value) {
    return new AdafactorConfig(
        variant,
        learningRate,
        smallestFactored,
        clip,
        scaled,
        momentum,
        weightDecay,
        value,
        factorRules);
  }

  public AdafactorConfig withFactorRules(FactorRule... values) {
    return new AdafactorConfig(
        variant,
        learningRate,
        smallestFactored,
        clip,
        scaled,
        momentum,
        weightDecay,
        offset,
        List.of(values));
  }
}
