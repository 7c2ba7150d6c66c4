package org.tflion.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;
import org.tflion.cli.bench.Utilization;
import org.tflion.cli.plan.MemoryCheck;
import org.tflion.cli.tpu.TpuMetrics;
import org.tflion.optim.Advice;
import org.tflion.optim.LionConfig;
import org.tflion.train.Engine;
import org.tflion.train.RunDirectory;
import org.tflion.train.Summary;
import org.tflion.train.TrainedModel;
import org.tflion.train.Training;
import org.tflion.train.WeightHistograms;
import org.tflion.train.config.ResolvedConfig;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.config.TrainConfigs;
import org.tflion.train.metrics.StepMetrics;
import org.tflion.train.watch.EventFile;
import org.tflion.train.watch.PrometheusEndpoint;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code tflion train}. */
@Command(
    name = "train",
    description = {
      "Trains a model; one that writes text then shows a sample of it.",
      "",
      "Without arguments: a byte-level GPT on tflion's own source text, a few minutes on two"
          + " cores.",
      ""
    })
final class TrainCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin HelpOption help;
  @Mixin private ConfigOptions options;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder of the run; by default the first free runs/PRESET-N.")
  private @Nullable Path out;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Stop after N updates in all; the learning rate still follows train.steps.")
  private @Nullable Long steps;

  @Option(
      names = "--max-minutes",
      paramLabel = "M",
      description = "Save and stop with exit code 75 when so much time has passed.")
  private double maxMinutes = Double.POSITIVE_INFINITY;

  @Option(names = "--resume", description = "Go on with the run in --out.")
  private boolean resume;

  @Option(
      names = "--ignore-memory",
      description = "Try even what the plan of its memory says does not fit.")
  private boolean ignoreMemory;

  @Mixin private TransferOptions transfer;

  @Mixin private ShardOptions shard;

  @Mixin private WatchOptions watch;

  @Mixin private HostOptions host;

  @Mixin private EngineOptions engine;

  @Option(
      names = "--print-config",
      description = "Print the config, and where each value comes from, and train nothing.")
  private boolean printConfig;

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    Require.that(maxMinutes > 0, "--max-minutes must be above 0", maxMinutes);
    transfer.check(resume);
    Engine chosen = engine.engine();
    options.before(shard.overrides());
    ResolvedConfig resolved = resume ? resumed() : options.resolve(List.of());
    if (printConfig) {
      print(resolved);
      return 0;
    }
    TrainConfig config = resolved.config();
    Path folder = out == null ? firstFree(config.preset()) : out;
    long to = end(config);
    MemoryCheck check = checked(config);
    long began = System.nanoTime();
    StepMetrics last;
    try (StopSignal signal = host.signal(err, maxMinutes);
        PrometheusEndpoint endpoint = watch.endpoint(err);
        TpuMetrics tpu = watch.tpu(err);
        Training training = transfer.begin(config, folder, resume, chosen)) {
      announce(err, training, config, folder);
      String unit = training.summary().data().unit();
      try (Progress progress = new Progress(err, signal, unit, training.done(), to);
          WeightHistograms histograms = watch.histograms(err, folder, training.done())) {
        Profile profile = watch.profile(err, folder, training, to);
        Utilization used = utilization(check, chosen);
        last =
            training.run(
                to, WatchOptions.listeners(progress, endpoint, histograms, profile, used, tpu));
      }
    }
    if (last.step() < to) {
      err.println("stopped after step " + last.step() + "; go on with --resume --out " + folder);
      return StopSignal.EXIT_CODE;
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    report(folder, last, seconds, config.sample() == null ? null : sample(folder, config));
    return 0;
  }

  private MemoryCheck checked(TrainConfig config) {
    MemoryCheck check = MemoryCheck.of(config);
    if (!ignoreMemory) {
      check.requireRoom();
    }
    return check;
  }

  private static Utilization utilization(MemoryCheck check, Engine engine) {
    TrainConfig config = check.config();
    return engine == Engine.TENSORFLOW && config.shard().workers().isEmpty()
        ? Utilization.here(check.flopsOfStep(), config.step().halved())
        : Utilization.elsewhere();
  }

  private long end(TrainConfig config) {
    long all = config.train().steps();
    long to = steps == null ? all : steps;
    Require.that(
        to > 0 && to <= all,
        "--steps must be from 1 to train.steps "
            + all
            + "; use --set train.steps=N for a longer run",
        to);
    return to;
  }

  /** Text of the trained model, which goes to TensorBoard as well. */
  private static String sample(Path folder, TrainConfig config) {
    TrainedModel model = TrainedModel.open(RunDirectory.open(folder), config);
    String text = model.generate(model.sample());
    long step = model.checkpoint().manifest().step();
    try (EventFile events = EventFile.create(folder, step, InstantSource.system())) {
      events.text(step, "sample", text);
    }
    return text;
  }

  private ResolvedConfig resumed() {
    if (out == null) {
      throw new IllegalArgumentException(
          "--resume must come with --out, the folder of the run to go on with (got none)");
    }
    RunDirectory run = RunDirectory.open(out);
    Path file = options.file() == null ? run.config() : options.file();
    return TrainConfigs.resolve(file, options.said(List.of()));
  }

  private void print(ResolvedConfig resolved) {
    PrintWriter output = spec.commandLine().getOut();
    if (json) {
      Json.print(output, new Printed(resolved.tree(), resolved.sources()));
    } else {
      output.print(resolved.yaml());
      output.flush();
    }
  }

  private static Path firstFree(String preset) {
    for (int i = 1; ; i++) {
      Path folder = Path.of("runs", preset + "-" + i);
      if (!Files.exists(folder)) {
        return folder;
      }
    }
  }

  private static void announce(
      PrintWriter err, Training training, TrainConfig config, Path folder) {
    Summary summary = training.summary();
    err.printf(
        Locale.ROOT,
        "%s: %,d parameters, %s, %,d %s to train on, %,d to validate with (%d files)%n",
        config.preset(),
        summary.parameters(),
        config.optimizer().name(),
        summary.data().train(),
        summary.data().unit(),
        summary.data().validation(),
        summary.files());
    if (!summary.baseline().isEmpty()) {
      err.println("the most common answer scores" + Metrics.text(summary.baseline()));
    }
    err.println("run folder " + folder);
    advise(err, config);
    training.notes().forEach(note -> err.println("tflion: warning: " + note));
  }

  private static void advise(PrintWriter err, TrainConfig config) {
    if (config.optimizer().name().equals("lion")) {
      LionConfig lion =
          LionConfig.of(
              config.schedule().of(config.optimizer().learningRate(), config.train().steps()));
      Advice.on(lion, config.train().batch()).forEach(advice -> err.println("advice: " + advice));
    }
  }

  private void report(Path folder, StepMetrics last, double seconds, @Nullable String sample) {
    PrintWriter output = spec.commandLine().getOut();
    if (json) {
      Json.print(
          output,
          new Result(
              folder.toString(),
              last.step(),
              last.loss(),
              last.valLoss(),
              last.valMetrics(),
              seconds,
              sample));
      return;
    }
    if (sample != null) {
      output.println(sample + System.lineSeparator());
    }
    output.printf(
        Locale.ROOT,
        "step %d  loss %.4f  val %.4f%s  %.0f s  in %s%n",
        last.step(),
        last.loss(),
        last.valLoss(),
        Metrics.text(last.valMetrics()),
        seconds,
        folder);
  }

  /** What {@code --print-config --json} prints. */
  record Printed(JsonNode config, Map<String, String> sources) {}

  /** What {@code --json} prints. */
  record Result(
      String run,
      long step,
      double loss,
      @Nullable Double valLoss,
      Map<String, Double> metrics,
      double seconds,
      @Nullable String sample) {}
}
