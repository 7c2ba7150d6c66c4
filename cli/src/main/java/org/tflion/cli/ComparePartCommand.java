package org.tflion.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tflion.cli.bench.ResidentMemory;
import org.tflion.cli.compare.Comparison;
import org.tflion.cli.compare.Measured;
import org.tflion.train.Training;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.config.TrainConfigs;
import org.tflion.train.loop.LoopListener;
import org.tflion.train.metrics.StepMetrics;
import org.tflion.train.watch.Listeners;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** One training of {@code tflion compare}, in a process of its own. */
@Command(name = "compare-part", hidden = true, description = "A part of tflion compare.")
final class ComparePartCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(names = "--config", required = true, description = "All of its config.")
  private Path file = Path.of("");

  @Option(names = "--out", required = true, description = "Folder of its metrics.")
  private Path out = Path.of("");

  /** The memory at the last step. */
  private static final class Peak implements LoopListener {
    private @Nullable Long bytes;

    @Override
    public void onStep(StepMetrics metrics) {
      OptionalLong most = ResidentMemory.mostBytes();
      bytes = most.isPresent() ? (Long) most.getAsLong() : null;
    }
  }

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    TrainConfig config = TrainConfigs.read(file, List.of());
    Peak peak = new Peak();
    try (StopSignal signal = new StopSignal(err, Double.POSITIVE_INFINITY);
        Training training = Training.start(config, out);
        Progress progress =
            new Progress(
                err, signal, training.summary().data().unit(), 0, config.train().steps())) {
      long began = System.nanoTime();
      StepMetrics last = training.measure(new Listeners(List.of(progress, peak)));
      if (last.step() < config.train().steps()) {
        return StopSignal.EXIT_CODE;
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      Measured measured =
          new Measured(training.summary().parameters(), training.slotBytes(), seconds, peak.bytes);
      spec.commandLine().getOut().println(Comparison.json(measured));
      return 0;
    }
  }
}
