package org.tflion.train.watch;

import java.io.UncheckedIOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.tflion.train.loop.LoopListener;
import org.tflion.train.metrics.StepMetrics;

/** Writes steps to an event file; a disk that fails ends the file, and not the run. */
public final class EventListener implements LoopListener, AutoCloseable {

  private final int every;
  private final Consumer<String> warnings;
  private @Nullable EventFile file;

  /**
   * Writes to a file.
   *
   * @param file which it closes
   * @param every steps between two that are written; those that were evaluated always are
   * @param warnings hears if the disk fails
   */
  public EventListener(EventFile file, int every, Consumer<String> warnings) {
    this.file = file;
    this.every = every;
    this.warnings = warnings;
  }

  @Override
  public void onStep(StepMetrics metrics) {
    boolean due = metrics.step() == 1 || metrics.step() % every == 0 || metrics.valLoss() != null;
    if (due && file != null) {
      try {
        file.scalars(metrics.step(), Scalars.of(metrics));
      } catch (UncheckedIOException e) {
        warnings.accept("TensorBoard's events could not be written (" + e.getMessage() + ")");
        close();
      }
    }
  }

  @Override
  public void close() {
    if (file != null) {
      EventFile open = file;
      file = null;
      open.close();
    }
  }
}
