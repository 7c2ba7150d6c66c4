package org.tflion.train.data;

/** The batches of a run, by the number of the step. */
public interface Batches {

  /**
   * The batch of one step, the same whenever and wherever it is asked for.
   *
   * @param step any number
   */
  Batch at(long step);

  /** What every batch looks like. */
  BatchShape shape();

  /** What a row counts as in throughput: tokens that are inputs, or 1 for a picture. */
  int perRow();

  /** Nanoseconds that callers of {@link #at} have spent waiting or working for batches so far. */
  long waited();
}
