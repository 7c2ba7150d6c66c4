package org.tflion.train.data;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/** The batches of a run, by the number of the step. */
public interface Batches {

  /**
   * Batches by a function of their number.
   *
   * @param shape of every batch
   * @param perRow what a row counts as in throughput
   * @param batch any thread may call it
   */
  static Batches of(BatchShape shape, int perRow, LongFunction<Batch> batch) {
    return new TimedBatches(shape, perRow, batch, new AtomicLong());
  }

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

  /**
   * The same batches as places in files; none where a batch is more than pieces of files as they
   * are.
   */
  default Optional<PlacedRows> placed() {
    return Optional.empty();
  }

  /** Nanoseconds that callers of {@link #at} have spent waiting or working for batches so far. */
  long waited();
}
