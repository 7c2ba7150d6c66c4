package org.tflion.train.data;

/** The batches of a run, by the number of the step. */
public interface Batches {

  /**
   * The batch of one step, the same whenever and wherever it is asked for.
   *
   * @param step any number
   */
  Batch at(long step);

  /** Tokens of a row that are inputs. */
  int context();

  /** Nanoseconds that callers of {@link #at} have spent waiting or working for batches so far. */
  long waited();
}
