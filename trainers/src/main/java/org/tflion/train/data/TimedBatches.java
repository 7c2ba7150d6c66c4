package org.tflion.train.data;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/** A function of the number of a batch, and the nanoseconds that were spent in it. */
record TimedBatches(BatchShape shape, int perRow, LongFunction<Batch> batch, AtomicLong spent)
    implements Batches {

  @Override
  public Batch at(long step) {
    long began = System.nanoTime();
    try {
      return batch.apply(step);
    } finally {
      spent.addAndGet(System.nanoTime() - began);
    }
  }

  @Override
  public long waited() {
    return spent.get();
  }
}
