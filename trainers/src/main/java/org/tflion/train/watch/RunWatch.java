package org.tflion.train.watch;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.tflion.train.loop.LoopListener;

/**
 * What every run leaves to look at: TensorBoard's events while it runs, and a page of curves when
 * it ends.
 */
public final class RunWatch implements AutoCloseable {

  private final Path folder;
  private final LoopListener listener;
  private final EventListener events;

  private RunWatch(Path folder, LoopListener listener, EventListener events) {
    this.folder = folder;
    this.listener = listener;
    this.events = events;
  }

  /**
   * Begins to watch.
   *
   * @param folder of the run
   * @param every steps between two events
   * @param done number of steps done before
   * @param listener who else hears of the run
   */
  public static RunWatch open(Path folder, int every, long done, LoopListener listener) {
    EventFile file = EventFile.create(folder, done, InstantSource.system());
    return new RunWatch(folder, listener, new EventListener(file, every, listener::onWarning));
  }

  /** Whom the loop has to tell. */
  public LoopListener listener() {
    return new Listeners(List.of(listener, events));
  }

  /** Writes the page, if there is a step to show; a failure is only a warning. */
  @Override
  public void close() {
    try (events) {
      if (RunReport.isPossible(folder)) {
        RunReport.write(folder);
      }
    } catch (RuntimeException e) {
      listener.onWarning("report.html could not be written (" + e.getMessage() + ")");
    }
  }
}
