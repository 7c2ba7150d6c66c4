package org.tflion.train.checkpoint;

import org.tflion.Require;

/**
 * Which checkpoints stay on disk when a newer one is complete; a checkpoint stays if any rule keeps
 * it.
 *
 * @param latest how many of the newest; 1 or more
 * @param every keeps those whose step is a multiple of it; 0 for none
 * @param best whether to keep the one with the lowest validation loss
 */
public record Retention(int latest, long every, boolean best) {

  public Retention {
    Require.that(latest > 0, "Retention: latest must be 1 or more", latest);
    Require.that(every >= 0, "Retention: every must be 0 or more", every);
  }

  /** Keeps some of the newest, and nothing else. */
  public static Retention latest(int count) {
    return new Retention(count, 0, false);
  }

  boolean keepsForever(long step) {
    return every > 0 && step % every == 0;
  }
}
