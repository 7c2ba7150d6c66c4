package org.tflion.cli.search;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import org.tflion.discovery.program.Program;
import org.tflion.discovery.search.Budget;
import org.tflion.discovery.search.Search;
import org.tflion.discovery.search.SearchListener;
import org.tflion.discovery.search.SearchLog;
import org.tflion.discovery.search.SearchProgress;
import org.tflion.discovery.task.Task;

/** A search with its folder, new or to go on with. */
public final class SearchRun {

  private final SearchFolder folder;
  private final SearchSettings settings;
  private final Task task;
  private final long repeated;
  private final double before;
  private long began = System.nanoTime();
  private boolean repeating;

  /**
   * Reads the data.
   *
   * @param settings those of the folder
   * @throws IllegalArgumentException if the data are not there
   */
  public SearchRun(SearchFolder folder, SearchSettings settings) {
    this.folder = folder;
    this.settings = settings;
    this.task = settings.choice().open();
    List<ProgressPoint> points = folder.progress();
    ProgressPoint last = points.isEmpty() ? null : points.get(points.size() - 1);
    this.before = last == null ? 0 : last.seconds();
    this.repeated = last == null ? 0 : last.programs();
    this.repeating = last != null;
  }

  /** What programs are judged by. */
  public Task task() {
    return task;
  }

  /** Seconds of work, those of earlier processes included and their repetition left out. */
  public double seconds() {
    return repeating ? before : before + (System.nanoTime() - began) / 1e9;
  }

  /**
   * Searches until the limit is reached or the listener stops it, then writes the best program.
   *
   * @param threads that measure fitness
   */
  public SearchProgress run(SearchLimit limit, int threads, SearchListener listener) {
    Program first = settings.firstProgram();
    try (SearchLog log =
            SearchLog.open(folder.file(SearchFolder.LOG), task.name(), settings.config(), first);
        Writer curve =
            Files.newBufferedWriter(
                folder.file(SearchFolder.PROGRESS), StandardCharsets.US_ASCII)) {
      Search search =
          Search.of(task, settings.config())
              .withFirst(first)
              .withLog(log)
              .withListener(new Recorder(curve, limit, listener));
      SearchProgress end = search.run(Budget.ofEvaluations(limit.evaluations()), threads);
      write(curve, end);
      folder.write(SearchFolder.BEST, end.best().program().toString());
      return end;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(Writer curve, SearchProgress progress) {
    try {
      ProgressPoint point = ProgressPoint.of(progress, seconds());
      curve.write(SearchFolder.JSON.writeValueAsString(point) + "\n");
      curve.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes the curve as the search goes, and ends it in time. */
  private final class Recorder implements SearchListener {

    private final Writer curve;
    private final SearchLimit limit;
    private final SearchListener listener;

    Recorder(Writer curve, SearchLimit limit, SearchListener listener) {
      this.curve = curve;
      this.limit = limit;
      this.listener = listener;
    }

    @Override
    public void onProgress(SearchProgress progress) {
      if (repeating && progress.programs() >= repeated) {
        repeating = false;
        began = System.nanoTime();
      }
      write(curve, progress);
      listener.onProgress(progress);
    }

    @Override
    public boolean stops() {
      return listener.stops() || (!repeating && seconds() >= limit.seconds());
    }
  }
}
