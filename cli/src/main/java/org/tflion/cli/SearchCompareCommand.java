package org.tflion.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tflion.cli.search.ReportOptions;
import org.tflion.cli.search.SearchFolder;
import org.tflion.cli.search.SearchRow;
import org.tflion.cli.search.SearchSettings;
import org.tflion.discovery.funnel.MetaCurve;
import org.tflion.discovery.task.Task;
import org.tflion.discovery.task.TrainingTask;
import org.tflion.train.watch.Chart;
import org.tflion.train.watch.Curve;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tflion search compare}. */
@Command(
    name = "compare",
    description = {
      "Sets searches of one task side by side.",
      "",
      "Programs are measured held out: by trainings that no search and no report uses, on data that",
      "only they see.",
      ""
    })
final class SearchCompareCommand implements Callable<Integer> {

  private static final String SVG =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" style=\"background:white\" ";
  private static final String STYLE = "<style>.grid{stroke:#ddd}text{font:11px sans-serif}</style>";

  private static final int TENTHS = 10;

  @Spec private CommandSpec spec;
  @Mixin HelpOption help;

  @Parameters(paramLabel = "DIR", arity = "1..*", description = "Folders of searches.")
  private List<Path> folders;

  @Option(
      names = "--trainings",
      paramLabel = "N",
      description =
          "How many trainings measure a program; no fewer than the report used (default:"
              + " ${DEFAULT-VALUE}).",
      defaultValue = "100")
  private int trainings;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Where a picture of the best fitness over evaluations goes, as SVG.")
  private @Nullable Path out;

  @Option(
      names = "--curves",
      paramLabel = "FILE",
      description =
          "Where a picture of how the best so far did on the trainings of its report goes, as SVG.")
  private @Nullable Path curves;

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  /**
   * What {@code --json} prints.
   *
   * @param turningPoints how many of the searches with a report turn in each tenth
   */
  record Result(String task, List<SearchRow> searches, List<Integer> turningPoints) {}

  @Override
  public Integer call() {
    ReportOptions.requireTrainings(trainings);
    OutFile best = out == null ? null : new OutFile(out);
    OutFile turns = curves == null ? null : new OutFile(curves);
    List<SearchFolder> all = folders.stream().map(SearchFolder::new).toList();
    SearchSettings settings = all.get(0).settings();
    TrainingTask task = settings.choice().open();
    for (SearchFolder folder : all) {
      settings.requireSameTask(folder.settings());
      folder.requireJudgedBy(task);
    }
    if (best != null) {
      best.write(picture("best fitness over evaluations", all, SearchRow::curve));
    }
    if (turns != null) {
      String title = "best so far by trainings elsewhere, over percent of the search";
      turns.write(picture(title, all, SearchRow::overfitting));
    }
    Task judge = task.elsewhere(trainings);
    List<SearchRow> rows = new ArrayList<>();
    for (SearchFolder folder : all) {
      rows.add(SearchRow.of(folder, judge));
    }
    List<MetaCurve> reported =
        all.stream().map(SearchFolder::curve).filter(Objects::nonNull).toList();
    Result result = new Result(judge.name(), rows, MetaCurve.histogram(reported, TENTHS));
    PrintWriter output = spec.commandLine().getOut();
    if (json) {
      Json.print(output, result);
    } else {
      print(output, result);
    }
    return 0;
  }

  private static String picture(
      String title, List<SearchFolder> all, Function<SearchFolder, Curve> curve) {
    String svg = new Chart(title, all.stream().map(curve).toList()).svg();
    return svg.replaceFirst("<svg ", SVG).replaceFirst(">", ">" + STYLE);
  }

  private static void print(PrintWriter output, Result result) {
    output.println("held out by " + result.task() + "; statements in brackets");
    output.println(
        "search | evaluations | hits | redundant | fitness | best | selected | simple | turns at");
    for (SearchRow row : result.searches()) {
      output.printf(
          Locale.ROOT,
          "%s, seed %d | %,d | %.1f %% | %.1f %% | %s | %s | %s | %s | %s%n",
          row.strategy(),
          row.seed(),
          row.evaluations(),
          100 * row.cacheHitRate(),
          100 * row.redundantShare(),
          SearchNumbers.text(row.bestFitness()),
          text(row.best()),
          text(row.selected()),
          text(row.simple()),
          percent(row.turningPoint()));
    }
    output.println("searches that turn in each tenth: " + result.turningPoints());
    output.flush();
  }

  private static String percent(@Nullable Double share) {
    return share == null ? "-" : String.format(Locale.ROOT, "%.0f %%", 100 * share);
  }

  private static String text(SearchRow.@Nullable Measured measured) {
    return measured == null
        ? "-"
        : SearchNumbers.text(measured.heldOut()) + " (" + measured.statements() + ")";
  }
}
