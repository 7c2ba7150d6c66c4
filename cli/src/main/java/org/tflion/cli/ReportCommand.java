package org.tflion.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.tflion.train.RunDirectory;
import org.tflion.train.watch.RunReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tflion report}. */
@Command(
    name = "report",
    description = "Writes the curves of a run as report.html into its folder; it may still run.")
final class ReportCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin HelpOption help;

  @Parameters(index = "0", paramLabel = "DIR", description = "Folder of a run, as train made it.")
  private Path folder = Path.of("");

  @Override
  public Integer call() {
    RunDirectory.open(folder);
    spec.commandLine().getOut().println(RunReport.write(folder));
    return 0;
  }
}
