package org.tflion.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import org.tflion.train.loop.LoopListener;
import org.tflion.train.metrics.StepMetrics;

/** A run's progress: a bar on a terminal, a line now and then elsewhere. */
final class Progress implements LoopListener, AutoCloseable {

  private static final int LINES = 25;

  private final PrintWriter err;
  private final StopSignal signal;
  private final long steps;
  private final long from;
  private final long began = System.nanoTime();
  private final @Nullable ProgressBar bar;

  /**
   * Progress from one step to another.
   *
   * @param signal asked whether to stop before the end
   * @param from number of updates done before
   * @param to number of updates at the end
   */
  Progress(PrintWriter err, StopSignal signal, long from, long to) {
    this.err = err;
    this.signal = signal;
    this.from = from;
    this.steps = to;
    this.bar = Terminal.columns() > 0 ? bar(from, to) : null;
  }

  private static ProgressBar bar(long from, long to) {
    return TaskProgress.bar("train", to).startsFrom(from, Duration.ZERO).build();
  }

  @Override
  public void onStep(StepMetrics metrics) {
    if (bar != null) {
      bar.setExtraMessage(
          String.format(
              Locale.ROOT,
              " loss %.3f  %,.0f tokens/s",
              metrics.loss(),
              metrics.tokensPerSecond()));
      bar.stepTo(metrics.step());
    }
    long interval = Math.max((steps - from) / LINES, 1);
    boolean reports = metrics.step() % interval == 0 || metrics.step() == from + 1;
    if (metrics.valLoss() != null || (bar == null && reports)) {
      line(metrics);
    }
  }

  private void line(StepMetrics metrics) {
    long done = metrics.step() - from;
    double seconds = (System.nanoTime() - began) / 1e9;
    long left = Math.round(seconds / done * (steps - metrics.step()));
    String validation =
        metrics.valLoss() == null
            ? ""
            : String.format(Locale.ROOT, "  val %.4f", metrics.valLoss())
                + Metrics.text(metrics.valMetrics());
    String text =
        String.format(
            Locale.ROOT,
            "step %d/%d  loss %.4f%s  rate %.2e  norm %.2f  %,.0f tokens/s  ETA %d:%02d",
            metrics.step(),
            steps,
            metrics.loss(),
            validation,
            metrics.learningRate(),
            metrics.gradNorm(),
            metrics.tokensPerSecond(),
            left / 60,
            left % 60);
    print(text);
  }

  /** On a terminal, over the bar, which is drawn again below. */
  private void print(String text) {
    err.println(bar == null ? text : "\r\u001b[K" + text);
  }

  @Override
  public void onWarning(String sentence) {
    print("tflion: warning: " + sentence);
  }

  @Override
  public void onCheckpoint(long step, Path folder) {
    if (bar == null && (step == steps || signal.isWanted())) {
      err.println("saved " + folder);
    }
  }

  @Override
  public boolean stops() {
    return signal.isWanted();
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
