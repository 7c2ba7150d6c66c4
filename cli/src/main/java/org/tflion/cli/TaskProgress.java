package org.tflion.cli;

import java.io.PrintWriter;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Progress of something countable: a bar with an ETA on a terminal, ten lines elsewhere. */
final class TaskProgress implements AutoCloseable {

  private final PrintWriter err;
  private final String task;
  private final int total;
  private final @Nullable ProgressBar bar;
  private long tenths;

  TaskProgress(PrintWriter err, String task, int total) {
    this.err = err;
    this.task = task;
    this.total = total;
    this.bar = Terminal.columns() > 0 ? bar(task, total).build() : null;
  }

  /** A bar on the user's terminal. */
  static ProgressBarBuilder bar(String task, long total) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(total)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(200)
        // Its own choice would be descriptor 2, which the launcher has pointed elsewhere.
        .setConsumer(new ConsoleProgressBarConsumer(System.err, Terminal.columns() - 1));
  }

  /** So many are done. */
  void to(int done) {
    if (bar != null) {
      bar.stepTo(done);
    } else if (10L * done / Math.max(total, 1) > tenths) {
      tenths = 10L * done / Math.max(total, 1);
      err.println(task + " " + done + "/" + total);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
