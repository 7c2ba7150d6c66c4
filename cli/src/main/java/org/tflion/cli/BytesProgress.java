package org.tflion.cli;

import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import org.tflion.train.data.prepare.PrepareListener;

/** Progress of work on files, in KiB, that stops when the signal says so. */
final class BytesProgress implements PrepareListener, AutoCloseable {

  private final TaskProgress progress;
  private final @Nullable StopSignal signal;

  /**
   * Progress of so many bytes.
   *
   * @param signal asked whether to stop; null where a signal may end the process at any time
   */
  BytesProgress(PrintWriter err, String task, long bytes, @Nullable StopSignal signal) {
    this.progress = new TaskProgress(err, task + " (KiB)", kibibytes(bytes));
    this.signal = signal;
  }

  private static int kibibytes(long bytes) {
    return (int) Math.min((bytes + 1023) >> 10, Integer.MAX_VALUE);
  }

  @Override
  public void onProgress(long bytes) {
    progress.to(kibibytes(bytes));
  }

  @Override
  public boolean stops() {
    return signal != null && signal.isWanted();
  }

  @Override
  public void close() {
    progress.close();
  }
}
