package org.tflion.train.shard;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.tflion.tpu.remote.Worker;
import org.tflion.tpu.rpc.Limits;
import org.tflion.tpu.rpc.RpcException;

/** Which workers answer; one that is stopped accepts connections, so they are asked something. */
public final class Workers {

  private static final Limits ONE_TRY =
      new Limits(Duration.ofSeconds(5), 1, Duration.ZERO, 1 << 20);

  /** For workers that are still starting. */
  private static final Duration AT_FIRST = Duration.ofSeconds(10);

  private static final Duration PAUSE = Duration.ofMillis(500);

  private Workers() {}

  /**
   * Waits until all workers answer.
   *
   * @param patience how long at most; they are asked once at least
   * @return those that answered in the last round, in their order
   */
  public static List<String> answering(List<String> workers, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      List<String> there = workers.stream().parallel().filter(Workers::answers).toList();
      if (there.size() == workers.size() || System.nanoTime() >= end) {
        return there;
      }
      pause();
    }
  }

  /**
   * Refuses workers of which one does not answer.
   *
   * @throws LostWorkerException naming those that do not
   */
  static void requireAll(List<String> workers) {
    List<String> there = answering(workers, AT_FIRST);
    if (there.size() < workers.size()) {
      throw lost(workers.stream().filter(worker -> !there.contains(worker)).toList(), "");
    }
  }

  /** That some workers did not answer, with what to do about it. */
  public static LostWorkerException lost(List<String> silent, String when) {
    return new LostWorkerException(
        "shard.workers must all answer (got no answer from %s%s); start each with 'tflion worker --listen HOST:PORT'"
            .formatted(String.join(", ", silent), when));
  }

  private static boolean answers(String worker) {
    try (Worker asked = Worker.open(worker, ONE_TRY)) {
      return !asked.devices().isEmpty();
    } catch (RpcException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("Workers: interrupted while waiting for an answer");
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("Workers: interrupted while waiting for an answer");
    }
  }
}
