package org.tflion.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.tflion.cli.bench.StepBench;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tflion bench step}. */
@Command(
    name = "step",
    description =
        "Time of a training step of a GPT, its parts, and its share of the speed of a large matrix"
            + " product.")
final class BenchStepCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin HelpOption help;
  @Mixin private BenchShapeOptions options;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Steps to time, after three to warm up (default: ${DEFAULT-VALUE}).",
      defaultValue = "20")
  private int steps;

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    StepBench bench = options.bench(steps);
    StepBench.Result result;
    try (TaskProgress progress =
        new TaskProgress(spec.commandLine().getErr(), "bench", bench.turns())) {
      result = bench.run(progress::to);
    }
    print(bench, result);
    return 0;
  }

  private void print(StepBench bench, StepBench.Result result) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Json.print(out, result);
      return;
    }
    out.printf(
        Locale.ROOT,
        "%d layers, width %d, %d heads, context %d, batch %d, %s, jit %s, %d cores%n",
        bench.shape().layers(),
        bench.shape().width(),
        bench.shape().heads(),
        bench.shape().context(),
        bench.shape().batch(),
        bench.precision(),
        bench.jit(),
        Runtime.getRuntime().availableProcessors());
    out.printf(
        Locale.ROOT,
        "step %.1f ms (%.1f to %.1f), %,.0f tokens/s%n",
        result.stepMs().median(),
        result.stepMs().min(),
        result.stepMs().max(),
        result.tokensPerSecond());
    out.printf(
        Locale.ROOT,
        "%.1f GFLOP/s, %.0f %% of the %.1f of one large product; memory at most %.0f MB%n",
        result.gflops(),
        100 * result.mfu(),
        result.peakGflops(),
        result.peakMb());
    out.println("operation time, ms; operations run beside each other");
    for (Map.Entry<String, Double> part : result.breakdownMs().entrySet()) {
      out.printf(Locale.ROOT, "  %-16s %8.1f%n", part.getKey().replace('_', ' '), part.getValue());
    }
  }
}
