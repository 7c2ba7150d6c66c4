package org.tflion.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.tflion.train.checkpoint.CheckpointException;
import org.tflion.train.checkpoint.CheckpointWriter;
import org.tflion.train.checkpoint.Manifest;
import org.tflion.train.loop.LoopConfig;
import org.tflion.train.loop.LoopListener;
import org.tflion.train.loop.Reached;
import org.tflion.train.loop.Saves;
import org.tflion.train.metrics.MetricsLog;
import org.tflion.train.step.Snapshot;
import org.tflion.train.step.Step;

/**
 * Saves a run's checkpoints on a thread of its own, from copies of the state, one at a time: a save
 * that comes while another is under way waits for it, so that there is never more than one copy.
 *
 * <p>A failure is found out by the next call: it ends the run, or is a warning, as configured. When
 * the run ends, the last save must have succeeded. Close it before the step.
 */
final class RunSaver implements Saves, AutoCloseable {

  /** Where a run's checkpoints come from and go to. */
  record Parts(
      Step step, MetricsLog log, CheckpointWriter writer, Provenance provenance, DataWatch watch) {}

  private record Running(long step, Future<Path> result) {}

  private final LoopConfig config;
  private final Parts parts;
  private final LoopListener listener;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(task -> new Thread(task, "save"));
  private @Nullable Running running;
  private @Nullable CheckpointException lastFailure;
  private double best;

  /**
   * A saver of what comes after some step.
   *
   * @param from number of updates done before
   */
  RunSaver(LoopConfig config, Parts parts, LoopListener listener, long from) {
    this.config = config;
    this.parts = parts;
    this.listener = listener;
    OptionalDouble before = parts.writer().checkpoints().bestLoss(from);
    best = before.orElse(Double.POSITIVE_INFINITY);
  }

  @Override
  public boolean wants(double valLoss) {
    return config.keepBest() && valLoss < best;
  }

  @Override
  public void save(Reached reached) {
    settle();
    parts.watch().requireUnchanged();
    Double valLoss = reached.valLoss();
    if (valLoss != null) {
      best = Math.min(best, valLoss);
    }
    Manifest manifest = parts.provenance().manifest(reached);
    Snapshot snapshot = parts.step().snapshot();
    running = new Running(reached.step(), thread.submit(() -> write(manifest, snapshot)));
    if (!config.asyncSave()) {
      settle();
    }
  }

  /** The metrics go first, so that a checkpoint never knows of steps that they do not. */
  private Path write(Manifest manifest, Snapshot snapshot) {
    try (snapshot) {
      requireFinite(manifest, snapshot);
      parts.log().flush();
      return parts.writer().write(manifest, snapshot::write);
    } catch (IOException e) {
      throw new CheckpointException(
          "Checkpoint: the metrics of step %d could not be written (%s), the newest complete checkpoint is kept"
              .formatted(manifest.step(), e),
          e);
    }
  }

  /** Weights that are no numbers must never take the place of some that are. */
  private static void requireFinite(Manifest manifest, Snapshot snapshot) {
    snapshot
        .firstNotFinite()
        .ifPresent(
            name -> {
              throw new CheckpointException(
                  "Checkpoint: %s at step %d must be finite to be saved (got a NaN or an infinity), the newest complete checkpoint is kept"
                      .formatted(name, manifest.step()));
            });
  }

  @Override
  public void check() {
    if (running != null && running.result().isDone()) {
      settle();
    }
  }

  @Override
  public void finish() {
    settle();
    if (lastFailure != null) {
      throw lastFailure;
    }
  }

  /** Waits for the save that is under way, if any, and reports how it went. */
  private void settle() {
    Running ended = running;
    if (ended == null) {
      return;
    }
    running = null;
    lastFailure = null;
    try {
      listener.onCheckpoint(ended.step(), ended.result().get());
    } catch (ExecutionException e) {
      failed(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("Training: interrupted while a checkpoint was written");
    }
  }

  private void failed(@Nullable Throwable cause) {
    if (!(cause instanceof CheckpointException failure)) {
      throw new IllegalStateException("a save must end well or as a failed checkpoint", cause);
    }
    lastFailure = failure;
    if (config.stopsOnFailedSave()) {
      throw failure;
    }
    listener.onWarning(String.valueOf(failure.getMessage()));
  }

  /** Waits for the save that is under way: nothing that it needs may go before. */
  @Override
  public void close() {
    thread.shutdown();
    boolean interrupted = false;
    while (!thread.isTerminated()) {
      try {
        thread.awaitTermination(1, TimeUnit.HOURS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    } else {
      warn();
    }
  }

  /** The run ends for another reason, which must not hide that a save failed. */
  private void warn() {
    try {
      if (running != null) {
        running.result().get();
      }
    } catch (ExecutionException e) {
      listener.onWarning(String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
