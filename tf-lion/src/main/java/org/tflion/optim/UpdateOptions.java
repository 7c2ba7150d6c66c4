package org.tflion.optim;

import org.tflion.Require;

/**
 * What every optimizer shares: how gradients are bounded, what decays, and how updates run.
 *
 * @param clipNorm largest global norm of the gradients; infinite for no clipping
 * @param decayMask which weights decay
 * @param compiled whether XLA compiles the update; the plain path computes the same
 */
public record UpdateOptions(double clipNorm, DecayMask decayMask, boolean compiled) {

  /** No clipping, decay on matrices only, compiled by XLA. */
  public static final UpdateOptions DEFAULT =
      new UpdateOptions(Double.POSITIVE_INFINITY, DecayMask.MATRICES, true);

  public UpdateOptions {
    Require.that(clipNorm > 0, "UpdateOptions: clipNorm must be above 0", clipNorm);
  }

  public UpdateOptions withClipNorm(double value) {
    return new UpdateOptions(value, decayMask, compiled);
  }

  public UpdateOptions withDecayMask(DecayMask value) {
    return new UpdateOptions(clipNorm, value, compiled);
  }

  public UpdateOptions withCompiled(boolean value) {
    return new UpdateOptions(clipNorm, decayMask, value);
  }

  boolean clips() {
    return Double.isFinite(clipNorm);
  }
}
