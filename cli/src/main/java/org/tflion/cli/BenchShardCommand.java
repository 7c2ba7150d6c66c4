package org.tflion.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.tflion.Require;
import org.tflion.cli.bench.ShardBench;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tflion bench shard}. */
@Command(
    name = "shard",
    description = {
      "A step over workers on this machine: its time, what travels, what each worker holds.",
      "",
      "It starts the workers itself, on ports that are open to the network while it runs."
    })
final class BenchShardCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin HelpOption help;

  @Option(
      names = "--workers",
      paramLabel = "N",
      split = ",",
      description = "Numbers of workers, divisors of 16 (default: ${DEFAULT-VALUE}).",
      defaultValue = "1,2,4")
  private List<Integer> workers;

  @Option(
      names = "--layers",
      paramLabel = "N",
      description = "Blocks of the model (default: ${DEFAULT-VALUE}).",
      defaultValue = "4")
  private int layers;

  @Option(
      names = "--width",
      paramLabel = "N",
      description = "Its width, a multiple of 64 (default: ${DEFAULT-VALUE}).",
      defaultValue = "1024")
  private int width;

  @Option(
      names = "--context",
      paramLabel = "N",
      description = "Tokens of a row (default: ${DEFAULT-VALUE}).",
      defaultValue = "8")
  private int context;

  @Option(
      names = "--wire",
      paramLabel = "TYPE",
      description = "How weights travel: float32, bfloat16 (default: ${DEFAULT-VALUE}).",
      defaultValue = "float32")
  private String wire = "";

  @Option(
      names = "--steps",
      paramLabel = "K",
      description = "Steps to time (default: ${DEFAULT-VALUE}).",
      defaultValue = "10")
  private int steps;

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    Require.that(steps > 0, "--steps must be 1 or more", steps);
    PrintWriter out = spec.commandLine().getOut();
    ShardBench bench =
        new ShardBench(Main.class, new ShardBench.Shape(layers, width, context), wire, steps);
    ShardBench.Report report;
    try (TaskProgress progress =
        new TaskProgress(spec.commandLine().getErr(), "bench", bench.turns(workers))) {
      report = bench.run(workers, progress::to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (json) {
      Json.print(out, report);
    } else {
      print(out, report);
    }
    return 0;
  }

  private static void print(PrintWriter out, ShardBench.Report report) {
    out.printf(
        Locale.ROOT,
        "%,d parameters, Lion, %s on the wire, %d cores%n",
        report.parameters(),
        report.wire(),
        Runtime.getRuntime().availableProcessors());
    out.println(
        "workers  step ms  (min - max)  received  ideal  held  pass  idle MiB  peak MiB  graph KiB");
    for (ShardBench.Result row : report.results()) {
      out.printf(
          Locale.ROOT,
          "%7d  %7.1f  (%.1f - %.1f)  %,d  %,d  %,d  %,d  %s  %s  %,d%n",
          row.workers(),
          row.stepMs().median(),
          row.stepMs().min(),
          row.stepMs().max(),
          row.receivedBytes(),
          row.idealBytes(),
          row.heldBytes(),
          row.passBytes(),
          row.idleMib(),
          row.peakMib(),
          row.graphBytes() >> 10);
    }
    for (ShardBench.Overhead row : report.tiny()) {
      out.printf(
          Locale.ROOT,
          "a tiny step over %d workers: %.2f ms (%.2f at least), over %d devices of one process: %.2f ms (%.2f); asking the workers for nothing: %.2f ms (%.2f)%n",
          row.workers(),
          row.remoteMs().median(),
          row.remoteMs().min(),
          row.workers(),
          row.localMs().median(),
          row.localMs().min(),
          row.controllerMs().median(),
          row.controllerMs().min());
    }
  }
}
