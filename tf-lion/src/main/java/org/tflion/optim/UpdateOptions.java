package org.tflion.optim;

import java.util.List;
import org.tflion.Require;
import org.tflion.gradient.Clip;

/**
 * What every optimizer shares: how gradients are bounded, what decays, and how updates run.
 *
 * @param clipNorm largest global norm of the gradients; infinite for no clipping
 * @param clips bounds on single gradients, in this order, after the global norm
 * @param decayMask which weights decay
 * @param compiled whether XLA compiles the update; the plain path computes the same
 * @param guarded whether a NaN or infinite loss or gradient leaves everything as it is: weights,
 *     slots, averages, the number of the update
 * @param accumulated how many gradients are averaged for one update; 1 for each its own
 * @param average share of the old in a moving average of each weight, in [0, 1); 0 for none
 * @param bfloat16 how variables in bfloat16 are trained
 * @param lossScale a factor on the loss while gradients are taken
 */
public record UpdateOptions(
    double clipNorm,
    List<Clip> clips,
    DecayMask decayMask,
    boolean compiled,
    boolean guarded,
    int accumulated,
    double average,
    Bfloat16Weights bfloat16,
    LossScale lossScale) {

  /** No clipping, decay on matrices only, compiled by XLA, no guard. */
  public static final UpdateOptions DEFAULT =
      new UpdateOptions(
          Double.POSITIVE_INFINITY,
          List.of(),
          DecayMask.MATRICES,
          true,
          false,
          1,
          0,
          Bfloat16Weights.REFUSED,
          LossScale.NONE);

  public UpdateOptions {
    clips = List.copyOf(clips);
    Require.that(clipNorm > 0, "UpdateOptions: clipNorm must be above 0", clipNorm);
    Require.that(accumulated > 0, "UpdateOptions: accumulated must be above 0", accumulated);
    Require.share("UpdateOptions: average", average);
    Require.that(
        average == 0 || bfloat16.seed().isEmpty(),
        "UpdateOptions: average must be 0 with stochastic rounding, which would round it in a swap;"
            + " take a master",
        average);
    Require.that(
        guarded || !lossScale.dynamic(),
        "UpdateOptions: guarded must be true before an adapting loss scale, whose steps may overflow",
        guarded);
  }

  public UpdateOptions withClipNorm(double value) {
    return new UpdateOptions(
        value, clips, decayMask, compiled, guarded, accumulated, average, bfloat16, lossScale);
  }

  public UpdateOptions withClips(Clip... values) {
    return new UpdateOptions(
        clipNorm,
        List.of(values),
        decayMask,
        compiled,
        guarded,
        accumulated,
        average,
        bfloat16,
        lossScale);
  }

  public UpdateOptions withDecayMask(DecayMask value) {
    return new UpdateOptions(
        clipNorm, clips, value, compiled, guarded, accumulated, average, bfloat16, lossScale);
  }

  public UpdateOptions withCompiled(boolean value) {
    return new UpdateOptions(
        clipNorm, clips, decayMask, value, guarded, accumulated, average, bfloat16, lossScale);
  }

  public UpdateOptions withGuarded(boolean value) {
    return new UpdateOptions(
        clipNorm, clips, decayMask, compiled, value, accumulated, average, bfloat16, lossScale);
  }

  public UpdateOptions withAccumulated(int value) {
    return new UpdateOptions(
        clipNorm, clips, decayMask, compiled, guarded, value, average, bfloat16, lossScale);
  }

  public UpdateOptions withAverage(double value) {
    return new UpdateOptions(
        clipNorm, clips, decayMask, compiled, guarded, accumulated, value, bfloat16, lossScale);
  }

  public UpdateOptions withBfloat16(Bfloat16Weights value) {
    return new UpdateOptions(
        clipNorm, clips, decayMask, compiled, guarded, accumulated, average, value, lossScale);
  }

  public UpdateOptions withLossScale(LossScale value) {
    return new UpdateOptions(
        clipNorm, clips, decayMask, compiled, guarded, accumulated, average, bfloat16, value);
  }

  boolean clipsNorm() {
    return Double.isFinite(clipNorm);
  }
}
