package org.tflion.train.data.prepare;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.tflion.Require;
import org.tflion.train.data.format.Unit;

/**
 * Works on units on several threads, a bounded number of them ahead of whoever asks.
 *
 * @param <T> what becomes of a unit
 */
final class UnitPipeline<T> implements AutoCloseable {

  private static final int MOST_THREADS = 1024;

  private final Function<Unit, T> work;
  private final List<Unit> units;
  private final int ahead;
  private final ExecutorService threads;
  private final Map<Integer, Future<T>> begun = new HashMap<>();

  /**
   * Begins with nothing.
   *
   * @param threads from 1 to 1,024
   */
  UnitPipeline(Function<Unit, T> work, List<Unit> units, int threads) {
    Require.that(
        threads > 0 && threads <= MOST_THREADS,
        "--threads must be from 1 to " + MOST_THREADS,
        threads);
    this.work = work;
    this.units = units;
    this.ahead = 2 * threads;
    this.threads =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, "units");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** What became of a unit; asked for in their order, each once. */
  T get(int index) {
    for (int i = index; i < Math.min(units.size(), index + ahead); i++) {
      begun.computeIfAbsent(i, key -> threads.submit(() -> work.apply(units.get(key))));
    }
    try {
      return Objects.requireNonNull(begun.remove(index)).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException refused) {
        throw refused;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("preparing was interrupted", e);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
