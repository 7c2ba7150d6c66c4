package org.tflion.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tflion.cli.search.ReportOptions;
import org.tflion.cli.search.SearchFolder;
import org.tflion.cli.search.SearchRow;
import org.tflion.cli.search.SearchSettings;
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

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  /** What {@code --json} prints. */
  record Result(String task, List<SearchRow> searches) {}

  @Override
  public Integer call() {
    ReportOptions.requireTrainings(trainings);
    OutFile file = out == null ? null : new OutFile(out);
    List<SearchFolder> all = folders.stream().map(SearchFolder::new).toList();
    SearchSettings settings = all.get(0).settings();
    TrainingTask task = settings.choice().open();
    for (SearchFolder folder : all) {
      settings.requireSameTask(folder.settings());
      folder.requireJudgedBy(task);
    }
    Task judge = task.elsewhere(trainings);
    List<SearchRow> rows = new ArrayList<>();
    for (SearchFolder folder : all) {
      rows.add(SearchRow.of(folder, judge));
    }
    if (file != null) {
      file.write(picture(all));
    }
    PrintWriter output = spec.commandLine().getOut();
    if (json) {
      Json.print(output, new Result(judge.name(), rows));
    } else {
      print(output, judge.name(), rows);
    }
    return 0;
  }

  private static String picture(List<SearchFolder> all) {
    List<Curve> curves = all.stream().map(SearchRow::curve).toList();
    String svg = new Chart("best fitness over evaluations", curves).svg();
    return svg.replaceFirst("<svg ", SVG).replaceFirst(">", ">" + STYLE);
  }

  private static void print(PrintWriter output, String task, List<SearchRow> rows) {
    output.println("held out by " + task + "; statements in brackets");
    output.println("search | evaluations | hits | redundant | fitness | best | selected | simple");
    for (SearchRow row : rows) {
      output.printf(
          Locale.ROOT,
          "%s, seed %d | %,d | %.1f %% | %.1f %% | %s | %s | %s | %s%n",
          row.strategy(),
          row.seed(),
          row.evaluations(),
          100 * row.cacheHitRate(),
          100 * row.redundantShare(),
          SearchNumbers.text(row.bestFitness()),
          text(row.best()),
          text(row.selected()),
          text(row.simple()));
    }
    output.flush();
  }

  private static String text(SearchRow.@Nullable Measured measured) {
    return measured == null
        ? "-"
        : SearchNumbers.text(measured.heldOut()) + " (" + measured.statements() + ")";
  }
}
