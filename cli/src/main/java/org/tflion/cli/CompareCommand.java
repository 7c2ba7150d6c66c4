package org.tflion.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;
import org.tflion.cli.compare.Comparison;
import org.tflion.cli.compare.Part;
import org.tflion.cli.compare.Summary;
import org.tflion.train.config.TrainConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tflion compare}. */
@Command(
    name = "compare",
    description = {
      "Trains a model with several optimizers, on the same data in the same order, and reports.",
      "",
      "Each takes the rate and decay that the preset has for it. Every training runs in a process"
          + " of",
      "its own and keeps no checkpoint; one that is over is not repeated by the same command.",
      ""
    })
final class CompareCommand implements Callable<Integer> {

  /** Evaluations of one training, and lines of its metrics. */
  private static final long EVALUATIONS = 20;

  private static final long LINES = 200;
  private static final int MOST_SEEDS = 100;

  @Spec private CommandSpec spec;
  @Mixin HelpOption help;
  @Mixin private ConfigOptions options;

  @Option(
      names = "--optimizers",
      paramLabel = "NAME",
      split = ",",
      description = "Which ones (default: ${DEFAULT-VALUE}).",
      defaultValue = "lion,adamw,adafactor")
  private List<String> optimizers = new ArrayList<>();

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "Trainings of each, of seeds 1 to N (default: ${DEFAULT-VALUE}).",
      defaultValue = "3")
  private int seeds;

  @Option(names = "--preset", paramLabel = "NAME", description = "As --set preset=NAME.")
  private @Nullable String preset;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description =
          "As --set train.steps=N; the warmup is a tenth of it at most, unless it is set too.")
  private @Nullable Integer steps;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder of the report; by default the first free runs/compare-N.")
  private @Nullable Path out;

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  /** What {@code --json} prints. */
  record Result(
      String out,
      long steps,
      int seeds,
      long parameters,
      double commonLoss,
      List<Summary.Result> results) {

    static Result of(Path folder, Summary summary) {
      return new Result(
          folder.toString(),
          summary.steps(),
          summary.seeds(),
          summary.parameters(),
          summary.commonLoss(),
          summary.results());
    }
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    Require.that(
        seeds > 0 && seeds <= MOST_SEEDS, "--seeds must be from 1 to " + MOST_SEEDS, seeds);
    List<Part> parts = parts();
    Path folder = out == null ? firstFree() : out;
    err.println("comparison in " + folder);
    Summary summary =
        new Comparison(folder, parts, Main.class).run(new PartLines(err, System::nanoTime));
    PrintWriter output = spec.commandLine().getOut();
    if (json) {
      Json.print(output, Result.of(folder, summary));
    } else {
      print(output, summary);
      output.println(folder.resolve("report.html"));
    }
    return 0;
  }

  private List<Part> parts() {
    List<Part> parts = new ArrayList<>();
    for (String optimizer : optimizers) {
      Require.that(
          optimizers.indexOf(optimizer) == optimizers.lastIndexOf(optimizer),
          "--optimizers must name each once",
          optimizer);
      for (int seed = 1; seed <= seeds; seed++) {
        parts.add(new Part(optimizer, seed, config(optimizer, seed)));
      }
    }
    return parts;
  }

  /** What was said, and in between what a comparison is measured by. */
  private TrainConfig config(String optimizer, int seed) {
    List<String> own = new ArrayList<>();
    if (preset != null) {
      own.add("preset=" + preset);
    }
    if (steps != null) {
      Require.that(steps > 0, "--steps must be 1 or more", steps);
      own.add("train.steps=" + steps);
      own.add("schedule.warmup=0");
    }
    own.add("optimizer.name=" + optimizer);
    own.add("train.seed=" + seed);
    TrainConfig plain = options.read(own);
    long of = plain.train().steps();
    if (steps != null) {
      own.remove("schedule.warmup=0");
      own.add("schedule.warmup=" + warmup(own, of));
    }
    own.add("train.eval_every=" + of / EVALUATIONS);
    own.add("train.log_every=" + Math.max(1, of / LINES));
    return options.read(own).absolute();
  }

  /** The preset's own, where a tenth of the steps is not less. */
  private int warmup(List<String> own, long of) {
    List<String> longer = new ArrayList<>(own);
    longer.remove("train.steps=" + of);
    return (int) Math.min(options.read(longer).schedule().warmup(), of / 10);
  }

  private static Path firstFree() {
    for (int i = 1; ; i++) {
      Path folder = Path.of("runs", "compare-" + i);
      if (!Files.exists(folder)) {
        return folder;
      }
    }
  }

  private static void print(PrintWriter out, Summary summary) {
    out.printf(
        "%-14s %9s %7s %9s %9s %11s %9s %9s%n",
        "optimizer", "rate", "decay", "val loss", "ms/step", "bytes/param", "peak MB", "to common");
    for (Summary.Result result : summary.results()) {
      Long memory = result.peakRssBytes();
      out.printf(
          Locale.ROOT,
          "%-14s %9.2e %7.3g %9.4f %9.1f %11.2f %9s %9.0f%n",
          result.optimizer(),
          result.learningRate(),
          result.weightDecay(),
          result.valLoss().mean(),
          result.stepMs().mean(),
          result.slotBytesPerParam(),
          memory == null ? "unknown" : String.valueOf(memory / 1_000_000),
          result.stepsToCommonLoss().mean());
    }
    out.printf(
        Locale.ROOT,
        "means of %d seeds; the common validation loss is %.4f%n",
        summary.seeds(),
        summary.commonLoss());
  }
}
