package org.tflion.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.tflion.cli.bench.SoakBench;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tflion bench soak}. */
@Command(
    name = "soak",
    description = "Whether the memory of this process grows over many training steps.")
final class BenchSoakCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin HelpOption help;
  @Mixin private BenchShapeOptions options;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Steps in all (default: ${DEFAULT-VALUE}).",
      defaultValue = "2000")
  private int steps;

  @Option(
      names = "--settle",
      paramLabel = "N",
      description = "Steps before memory is first measured (default: ${DEFAULT-VALUE}).",
      defaultValue = "200")
  private int settle;

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    SoakBench bench = new SoakBench(options.bench(steps), settle);
    SoakBench.Result result;
    try (TaskProgress progress = new TaskProgress(spec.commandLine().getErr(), "soak", steps)) {
      result = bench.run(progress::to);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Json.print(out, result);
    } else {
      out.printf(
          Locale.ROOT,
          "%,d steps: %.1f MB after %d steps, %.1f MB at the end, %+.1f MB%n",
          result.steps(),
          result.settledMb(),
          settle,
          result.endMb(),
          result.grownMb());
    }
    return 0;
  }
}
