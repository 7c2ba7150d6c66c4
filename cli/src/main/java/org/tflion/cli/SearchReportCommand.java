package org.tflion.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tflion.cli.search.ProgramFile;
import org.tflion.cli.search.ReportOptions;
import org.tflion.cli.search.SearchFolder;
import org.tflion.cli.search.SearchReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tflion search report}. */
@Command(
    name = "report",
    description = {
      "Writes what a search found as one page of HTML.",
      "",
      "It judges the fittest programs by other trainings and by larger tasks, and simplifies the one",
      "that does best there; the two go to selected.program and simple.program in DIR.",
      ""
    })
final class SearchReportCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin HelpOption help;

  @Parameters(paramLabel = "DIR", description = "Folder of a search.")
  private Path folder;

  @Option(
      names = "--trainings",
      paramLabel = "N",
      description =
          "Trainings, others than those of the search, that choose first (default:"
              + " ${DEFAULT-VALUE}).",
      defaultValue = "24")
  private int trainings;

  @Option(
      names = "--scales",
      paramLabel = "N",
      split = ",",
      description = "Larger tasks of the funnel, in order (default: ${DEFAULT-VALUE}).",
      defaultValue = "10,100")
  private List<Integer> scales;

  @Option(
      names = "--baseline",
      paramLabel = "PROGRAM",
      description = "What to beat in the funnel (default: the first program of the search).")
  private @Nullable String baseline;

  @Option(
      names = "--tolerance",
      paramLabel = "X",
      description =
          "How much less fit a simpler program may be, in nats (default: ${DEFAULT-VALUE}).",
      defaultValue = "0.01")
  private double tolerance;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Where the page goes (default: report.html in DIR).")
  private @Nullable Path out;

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    var options =
        new ReportOptions(
            trainings, scales, baseline == null ? null : ProgramFile.read(baseline), tolerance);
    SearchFolder search = new SearchFolder(folder);
    search.settings(); // Refused before the place of the page is.
    OutFile page = new OutFile(out == null ? folder.resolve("report.html") : out);
    page.write(new SearchReport(search, options, err::println).html());
    spec.commandLine().getOut().println(page.path());
    return 0;
  }
}
