package org.tflion.train.data;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.tflion.Require;

/**
 * Batches that are made on a thread of their own, a few steps ahead of whoever trains.
 *
 * <p>It gives the same batches as what it wraps, for any steps; it is quick where one step follows
 * the other. What fails there fails here, at the step that needs it. One thread asks at a time.
 */
public final class Prefetch implements Batches, AutoCloseable {

  private record Begun(long step, Future<Batch> batch) {}

  private final Batches batches;
  private final int ahead;
  private final ExecutorService thread;
  private final Deque<Begun> queue = new ArrayDeque<>();
  private long waited;

  /**
   * Starts with nothing made.
   *
   * @param ahead batches that are ready or being made, beyond the one asked for; above 0
   */
  public Prefetch(Batches batches, int ahead) {
    Require.that(ahead > 0, "Prefetch: ahead must be above 0", ahead);
    this.batches = batches;
    this.ahead = ahead;
    this.thread =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread made = new Thread(work, "prefetch");
              made.setDaemon(true);
              return made;
            });
  }

  @Override
  public synchronized Batch at(long step) {
    long began = System.nanoTime();
    while (!queue.isEmpty() && queue.peek().step() != step) {
      queue.remove().batch().cancel(false);
    }
    for (long next = step + queue.size(); next <= step + ahead; next++) {
      long number = next;
      queue.add(new Begun(number, thread.submit(() -> batches.at(number))));
    }
    try {
      return get(queue.remove().batch());
    } finally {
      waited += System.nanoTime() - began;
    }
  }

  private static Batch get(Future<Batch> batch) {
    try {
      return batch.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Prefetch: waiting for a batch was interrupted", e);
    }
  }

  @Override
  public BatchShape shape() {
    return batches.shape();
  }

  @Override
  public int perRow() {
    return batches.perRow();
  }

  @Override
  public synchronized long waited() {
    return waited;
  }

  /** Ends its thread; a batch that is being made is given up. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
