package org.tflion.cli;

import java.io.PrintWriter;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import org.tflion.cli.search.SearchLimit;
import org.tflion.cli.search.SearchRun;
import org.tflion.discovery.search.SearchListener;
import org.tflion.discovery.search.SearchProgress;

/** A search's progress: a bar on a terminal, a line now and then elsewhere. */
final class SearchDisplay implements SearchListener, AutoCloseable {

  private static final int PARTS = 1000;
  private static final int LINES = 25;

  private final PrintWriter err;
  private final StopSignal signal;
  private final SearchRun run;
  private final SearchLimit limit;
  private final @Nullable ProgressBar bar;
  private int lines;

  /**
   * Progress towards a limit.
   *
   * @param signal asked whether to stop before the end
   */
  SearchDisplay(PrintWriter err, StopSignal signal, SearchRun run, SearchLimit limit) {
    this.err = err;
    this.signal = signal;
    this.run = run;
    this.limit = limit;
    this.bar = Terminal.columns() > 0 ? TaskProgress.bar("search", PARTS).build() : null;
  }

  @Override
  public void onProgress(SearchProgress progress) {
    double share = limit.share(run.seconds(), progress.evaluations());
    if (bar != null) {
      bar.setExtraMessage(" " + text(progress));
      bar.stepTo(Math.round(PARTS * share));
    } else if (share * LINES >= lines) {
      lines = 1 + (int) (share * LINES);
      err.printf(Locale.ROOT, "%3.0f %%  %s%n", 100 * share, text(progress));
    }
  }

  private String text(SearchProgress progress) {
    return String.format(
        Locale.ROOT,
        "best %s  first %s  %,d programs  %,.0f/s  hits %.0f %%  redundant %.0f %%",
        SearchNumbers.text(SearchNumbers.finite(progress.best().fitness())),
        SearchNumbers.text(SearchNumbers.finite(progress.first().fitness())),
        progress.programs(),
        progress.programs() / run.seconds(),
        100 * progress.cacheHitRate(),
        100 * progress.redundantShare());
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
