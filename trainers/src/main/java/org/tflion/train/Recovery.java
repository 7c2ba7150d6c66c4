package org.tflion.train;

import java.time.Duration;
import java.util.List;
import org.tflion.train.checkpoint.Checkpoints;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.loop.LoopListener;
import org.tflion.train.shard.LostWorkerException;
import org.tflion.train.shard.ShardConfig;
import org.tflion.train.shard.Workers;

/**
 * What a run does when a worker is lost: it waits until all answer again or, if it may, goes on
 * with those that do. Anything else that fails is not tried again.
 */
final class Recovery {

  private final LoopListener listener;
  private int inARow;
  private long saved = -1;

  Recovery(LoopListener listener) {
    this.listener = listener;
  }

  /**
   * The config to go on with.
   *
   * @param failure what ended the steps
   * @param checkpoints that there are to go back to
   * @throws RuntimeException the failure itself, if no worker was lost or too many in a row
   * @throws LostWorkerException if workers stay away
   */
  TrainConfig after(RuntimeException failure, TrainConfig config, Checkpoints checkpoints) {
    ShardConfig shard = config.shard();
    String reason = LostWorkerException.in(failure).orElseThrow(() -> failure);
    long newest =
        checkpoints.newest().map(found -> found.checkpoint().manifest().step()).orElse(0L);
    inARow = newest > saved ? 1 : inARow + 1;
    saved = newest;
    if (shard.workers().isEmpty() || inARow > shard.retries()) {
      throw failure;
    }
    listener.onWarning("a worker was lost (" + reason + "); back to step " + newest);
    List<String> there =
        Workers.answering(shard.workers(), Duration.ofSeconds(shard.waitSeconds()));
    if (there.size() == shard.workers().size()) {
      return config;
    }
    List<String> silent =
        shard.workers().stream().filter(worker -> !there.contains(worker)).toList();
    List<String> usable = there.subList(0, usable(config, there.size()));
    if (!shard.elastic() || usable.isEmpty()) {
      throw Workers.lost(
          silent,
          " for %d s; go on with --resume once they do, or with --elastic without them"
              .formatted(shard.waitSeconds()));
    }
    listener.onWarning("going on without " + String.join(", ", silent));
    return config.withShard(shard.over(usable));
  }

  /** The most workers, of so many, that can share the rows of a pass equally. */
  private static int usable(TrainConfig config, int workers) {
    int rows = config.train().rows();
    int usable = workers;
    while (usable > 0 && rows % usable != 0) {
      usable--;
    }
    return usable;
  }
}
