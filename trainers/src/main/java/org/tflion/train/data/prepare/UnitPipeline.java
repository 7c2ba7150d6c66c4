package org.tflion.train.data.prepare;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.tflion.train.data.format.Unit;

/** Encodes units on several threads, a bounded number of them ahead of whoever asks. */
final class UnitPipeline implements AutoCloseable {

  private final Encoder encoder;
  private final List<Unit> units;
  private final int ahead;
  private final ExecutorService threads;
  private final Map<Integer, Future<Encoded>> begun = new HashMap<>();

  UnitPipeline(Encoder encoder, List<Unit> units, int threads) {
    this.encoder = encoder;
    this.units = units;
    this.ahead = 2 * threads;
    this.threads =
        Executors.newFixedThreadPool(
            threads,
            work -> {
              Thread thread = new Thread(work, "encode");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** The tokens of a unit; asked for in their order, each once. */
  Encoded get(int index) {
    for (int i = index; i < Math.min(units.size(), index + ahead); i++) {
      begun.computeIfAbsent(i, key -> threads.submit(() -> encoder.encode(units.get(key))));
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
