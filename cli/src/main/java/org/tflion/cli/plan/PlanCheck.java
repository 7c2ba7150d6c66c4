package org.tflion.cli.plan;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.config.TrainConfigs;
import org.tflion.train.plan.Device;
import org.tflion.train.plan.Layout;
import org.tflion.train.plan.Memory;

/** Trains models of several sizes, each in a process of its own, and compares what they took. */
public final class PlanCheck {

  /** How far a plan may be off. */
  public static final double TOLERANCE = 0.1;

  private static final List<String> COMMON =
      List.of("preset=lm-110m", "model.context=128", "train.batch=1");

  /** Layers and width of models of about 11, 42 and 110 million parameters. */
  private static final List<List<String>> SIZES =
      List.of(
          List.of("model.layers=4", "model.heads=4", "model.width=256"),
          List.of("model.layers=8", "model.heads=8", "model.width=512"),
          List.of());

  /** Enough for every program to be compiled and every buffer to be asked for twice. */
  private static final int STEPS = 3;

  private static final long MINUTES = 10;

  private PlanCheck() {}

  /**
   * One comparison.
   *
   * @param plannedBytes peak by the plan
   * @param measuredBytes peak resident memory of the process
   * @param ratio of the two
   * @param stepSeconds of the last step
   */
  public record Result(
      String optimizer,
      long parameters,
      long plannedBytes,
      long measuredBytes,
      double ratio,
      double stepSeconds) {

    /** Whether the plan is near enough. */
    public boolean holds() {
      return Math.abs(ratio - 1) <= TOLERANCE;
    }
  }

  /**
   * Checks every size with every optimizer.
   *
   * @param listener hears of each result
   */
  public static List<Result> run(List<String> optimizers, Consumer<Result> listener) {
    List<Result> results = new ArrayList<>();
    for (List<String> size : SIZES) {
      for (String optimizer : optimizers) {
        List<String> settings = new ArrayList<>(COMMON);
        settings.addAll(size);
        settings.addAll(Planned.overrides(optimizer));
        Result result = check(optimizer, settings);
        listener.accept(result);
        results.add(result);
      }
    }
    return results;
  }

  private static Result check(String optimizer, List<String> settings) {
    TrainConfig config = TrainConfigs.read(null, settings);
    Device machine = ThisMachine.unmeasured();
    Memory memory = Memory.of(Planned.of(config), Layout.ONE, machine, config.train().rows());
    String[] measured = measure(settings).split(" ", -1);
    long bytes = Long.parseLong(measured[0]);
    return new Result(
        optimizer,
        Planned.of(config).model().size(),
        Math.round(memory.peak()),
        bytes,
        memory.peak() / bytes,
        Double.parseDouble(measured[1]));
  }

  private static String measure(List<String> settings) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                "-cp",
                System.getProperty("java.class.path"),
                MeasuredSteps.class.getName(),
                Integer.toString(STEPS)));
    command.addAll(settings);
    try {
      Process child =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      try (BufferedReader lines = child.inputReader()) {
        String found = lines.lines().filter(MeasuredSteps::isResult).findFirst().orElse("");
        child.waitFor(MINUTES, TimeUnit.MINUTES);
        if (found.isEmpty()) {
          throw new IllegalStateException(
              "plan: the measured process ended without a result, exit code " + child.exitValue());
        }
        return MeasuredSteps.result(found);
      } finally {
        child.destroyForcibly();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("plan: interrupted while measuring", e);
    }
  }
}
