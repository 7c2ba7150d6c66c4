package org.tflion.cli.bench;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * How fast this machine copies memory with all its cores, in bytes read and written a second: what
 * an update, which does little arithmetic, could reach at best.
 */
public final class CopyBandwidth {

  /** Far larger than any cache. */
  private static final int BYTES = 128 << 20;

  private static final int ROUNDS = 15;

  private CopyBandwidth() {}

  /** The median over several rounds, in GB/s. */
  public static double gigabytesPerSecond() {
    int threads = Runtime.getRuntime().availableProcessors();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<Void>> parts = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        ByteBuffer from = ByteBuffer.allocateDirect(BYTES / threads);
        ByteBuffer to = ByteBuffer.allocateDirect(BYTES / threads);
        parts.add(
            () -> {
              to.put(0, from, 0, from.capacity());
              return null;
            });
      }
      double[] seconds = new double[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        long began = System.nanoTime();
        for (Future<Void> part : pool.invokeAll(parts)) {
          part.get();
        }
        seconds[round] = (System.nanoTime() - began) / 1e9;
      }
      Arrays.sort(seconds);
      return 2.0 * BYTES / seconds[ROUNDS / 2] / 1e9;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while copying", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("copying failed", e);
    } finally {
      pool.shutdownNow();
    }
  }
}
