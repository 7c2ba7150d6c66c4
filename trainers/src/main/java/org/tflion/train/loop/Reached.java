package org.tflion.train.loop;

import org.jspecify.annotations.Nullable;

/**
 * How far a run has come: with the state of its step, all that decides how it goes on.
 *
 * @param step number of steps done, with those whose update was left out
 * @param nextBatch number of the batch that comes next
 * @param guard what is known of updates left out
 * @param valLoss validation loss here, if it was measured
 */
public record Reached(long step, long nextBatch, Guard.State guard, @Nullable Double valLoss) {

  /** The beginning of a run. */
  public static final Reached NOTHING = new Reached(0, 0, Guard.State.NONE, null);

  /** The number of the batch of a later step. */
  long batch(long later) {
    return nextBatch + later - step - 1;
  }
}
