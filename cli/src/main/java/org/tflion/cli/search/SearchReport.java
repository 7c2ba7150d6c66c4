package org.tflion.cli.search;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.tflion.discovery.funnel.Funnel;
import org.tflion.discovery.funnel.MetaCurve;
import org.tflion.discovery.funnel.Scored;
import org.tflion.discovery.funnel.Stage;
import org.tflion.discovery.program.Program;
import org.tflion.discovery.program.ProgramReader;
import org.tflion.discovery.search.LogEntry;
import org.tflion.discovery.search.SearchHistory;
import org.tflion.discovery.simplify.Path;
import org.tflion.discovery.simplify.Simplifier;
import org.tflion.discovery.task.Task;
import org.tflion.discovery.task.TrainingTask;

/** Judges what a search found by larger tasks, simplifies it, and writes it all down. */
public final class SearchReport {

  /** Programs on the curve of the larger task; more would show nothing more. */
  private static final int CURVE_POINTS = 60;

  private final SearchFolder folder;
  private final ReportOptions options;
  private final Consumer<String> listener;

  /**
   * A report of the search in a folder.
   *
   * @param listener told what is being measured
   */
  public SearchReport(SearchFolder folder, ReportOptions options, Consumer<String> listener) {
    this.folder = folder;
    this.options = options;
    this.listener = listener;
  }

  /**
   * What the report shows.
   *
   * @param settings of the search
   * @param history of the search
   * @param progress of the search
   * @param curve of the trainings elsewhere
   * @param stages of the funnel
   * @param selected the program that did best on the largest task it reached
   * @param path from the selected program to a simple one
   */
  record Content(
      SearchSettings settings,
      SearchHistory history,
      List<ProgressPoint> progress,
      MetaCurve curve,
      List<Stage> stages,
      Program selected,
      Path path) {}

  /**
   * Measures, writes the curve, the selected program and its simple form to the folder, and makes
   * the page.
   *
   * @throws IllegalArgumentException if the folder holds no search
   */
  public String html() {
    return ReportPage.html(measure());
  }

  private Content measure() {
    SearchSettings settings = folder.settings();
    TrainingTask task = settings.choice().open();
    folder.requireJudgedBy(task);
    SearchHistory history = folder.history();
    List<ProgressPoint> progress = folder.progress();
    TrainingTask elsewhere = task.elsewhere(options.trainings());
    List<Task> tasks = new ArrayList<>();
    tasks.add(elsewhere);
    for (int scale : options.scales()) {
      tasks.add(settings.choice().withScale(scale).open());
    }
    long drawn = history.best().program() + 1;
    for (ProgressPoint point : progress) {
      drawn = Math.max(drawn, point.programs());
    }
    listener.accept("measuring the best programs on " + elsewhere.name());
    MetaCurve curve = MetaCurve.of(thinned(history.improvements()), drawn, elsewhere);
    write(SearchFolder.CURVE, SearchFolder.JSON.writeValueAsString(curve) + "\n");
    Program baseline = options.baseline() == null ? settings.firstProgram() : options.baseline();
    listener.accept("running the funnel");
    List<Program> entrants =
        history.fittest().stream().map(entry -> ProgramReader.read(entry.text())).toList();
    List<Stage> stages = new Funnel(tasks, baseline).run(entrants);
    Program selected = selected(stages, curve);
    write(SearchFolder.SELECTED, selected.toString());
    listener.accept("simplifying");
    var path = new Simplifier(elsewhere, options.tolerance()).simplify(selected);
    write(SearchFolder.SIMPLE, path.last().program().toString());
    return new Content(settings, history, progress, curve, stages, selected, path);
  }

  private void write(String name, String text) {
    try {
      folder.write(name, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Some of the programs, evenly, the first and last among them. */
  private static List<LogEntry> thinned(List<LogEntry> entries) {
    if (entries.size() <= CURVE_POINTS) {
      return entries;
    }
    List<LogEntry> some = new ArrayList<>();
    for (int i = 0; i < CURVE_POINTS; i++) {
      some.add(entries.get((int) ((long) i * (entries.size() - 1) / (CURVE_POINTS - 1))));
    }
    return some;
  }

  private static Program selected(List<Stage> stages, MetaCurve curve) {
    Program selected = curve.selected().read();
    for (Stage stage : stages) {
      List<Scored> survivors = stage.survivors();
      selected = survivors.isEmpty() ? selected : survivors.get(0).program();
    }
    return selected;
  }
}
