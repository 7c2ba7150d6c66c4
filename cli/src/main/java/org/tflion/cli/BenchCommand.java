package org.tflion.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tflion.cli.bench.UpdateBench;
import org.tflion.tpu.run.Accelerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tflion bench}. */
@Command(
    name = "bench",
    description = "Measures how fast the parts of tflion are on this machine.",
    subcommands = {
      BenchCommand.UpdateCommand.class,
      BenchStepCommand.class,
      BenchShardCommand.class,
      BenchSoakCommand.class
    })
final class BenchCommand implements Runnable {

  @Spec private CommandSpec spec;
  @Mixin HelpOption help;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Missing what to measure: update, step, shard or soak");
  }

  /** {@code tflion bench update}. */
  @Command(
      name = "update",
      description =
          "Nanoseconds per parameter of every optimizer's update, plain and XLA, or on an"
              + " accelerator.")
  static final class UpdateCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin HelpOption help;

    @Option(
        names = "--params",
        paramLabel = "N",
        description = "Parameters in all (default: ${DEFAULT-VALUE}).",
        defaultValue = "8388608")
    private long parameters;

    @Option(
        names = "--tensors",
        paramLabel = "K",
        description = "Matrices that they are divided among (default: ${DEFAULT-VALUE}).",
        defaultValue = "1")
    private int tensors;

    @Option(
        names = "--optimizers",
        paramLabel = "NAME",
        split = ",",
        description = "Which ones; all by default.")
    private @Nullable List<String> optimizers;

    @Option(
        names = "--plugin",
        paramLabel = "FILE",
        description =
            "Measure on the first device of this PJRT plugin instead; needs Java 22 or newer.")
    private @Nullable Path plugin;

    @Option(names = "--json", description = "Print the result as one JSON object.")
    private boolean json;

    /** What {@code --json} prints. */
    record Result(
        long params,
        int tensors,
        int cores,
        String device,
        String java,
        double copyGbPerS,
        List<UpdateBench.Result> results) {}

    @Override
    public Integer call() {
      List<String> names = optimizers == null ? UpdateBench.names() : optimizers;
      if (plugin == null) {
        measure(new UpdateBench(names, parameters, tensors, null));
      } else {
        try (Accelerator device = Accelerator.open(plugin)) {
          measure(new UpdateBench(names, parameters, tensors, device));
        }
      }
      return 0;
    }

    private void measure(UpdateBench bench) {
      double copy = bench.copyBandwidth();
      List<UpdateBench.Result> results;
      try (TaskProgress progress =
          new TaskProgress(spec.commandLine().getErr(), "bench", bench.turns())) {
        results = bench.run(progress::to);
      }
      print(
          new Result(
              bench.parameters(),
              tensors,
              Runtime.getRuntime().availableProcessors(),
              bench.place(),
              Runtime.version().toString(),
              copy,
              results));
    }

    private void print(Result result) {
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        Json.print(out, result);
        return;
      }
      out.printf(
          Locale.ROOT,
          "%,d float32 parameters in %d tensors, %s, copy %.1f GB/s%n",
          result.params(),
          result.tensors(),
          result.device(),
          result.copyGbPerS());
      out.println("optimizer     mode   ns/param    GB/s   of copy  slot bytes/param");
      for (UpdateBench.Result row : result.results()) {
        out.printf(
            Locale.ROOT,
            "%-13s %-5s  %8.3f  %6.1f  %6.0f %%  %16.3f%n",
            row.optimizer(),
            row.mode(),
            row.nsPerParam(),
            row.gbPerS(),
            100 * row.gbPerS() / result.copyGbPerS(),
            row.slotBytesPerParam());
      }
    }
  }
}
