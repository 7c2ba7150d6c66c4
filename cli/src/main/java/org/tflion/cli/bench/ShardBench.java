package org.tflion.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.tflion.Require;
import org.tflion.cli.selftest.WorkerPool;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.config.TrainConfigs;
import org.tflion.train.data.Batch;
import org.tflion.train.data.TextRows;
import org.tflion.train.model.Model;
import org.tflion.train.model.gpt.Gpt;
import org.tflion.train.model.gpt.GptConfig;
import org.tflion.train.shard.ShardConfig;
import org.tflion.train.shard.ShardedStep;

/**
 * Times steps over workers in processes of their own on this machine, and asks the workers what
 * they hold and receive.
 *
 * @param main of the command line, which the workers run
 * @param steps to time
 */
public record ShardBench(Class<?> main, int steps) {

  private static final int VOCABULARY = 256;
  private static final int ROWS = 16;
  private static final int WARMUP = 5;
  private static final double MEBI = 1 << 20;

  /**
   * What was measured over some workers.
   *
   * @param workers number of them
   * @param stepMs of a step: median, least and most
   * @param receivedBytes of one step by one worker, the mean
   * @param idealBytes that a ring would have: 2 (n - 1) / n of the weights in float32
   * @param heldBytes of weights and slots on one worker, the most
   * @param workerMib resident memory of one worker, the mean
   * @param graphBytes of the graph of all workers together
   */
  public record Result(
      int workers,
      StepMs stepMs,
      long receivedBytes,
      long idealBytes,
      long heldBytes,
      double workerMib,
      long graphBytes) {}

  /** Milliseconds. */
  public record StepMs(double median, double min, double max) {}

  /**
   * A step of a model that is nearly nothing.
   *
   * @param workers number of them
   * @param remoteMs median of a step over workers
   * @param localMs median of the same step over as many devices of this process
   */
  public record Overhead(int workers, double remoteMs, double localMs) {}

  /** Everything that was measured. */
  public record Report(long parameters, List<Result> results, List<Overhead> tiny) {}

  /**
   * Measures.
   *
   * @param counts numbers of workers; each a divisor of 16
   */
  public Report run(List<Integer> counts) throws IOException {
    for (int count : counts) {
      Require.that(
          count > 0 && ROWS % count == 0, "--workers must each be a divisor of " + ROWS, count);
    }
    List<Result> results = new ArrayList<>();
    List<Overhead> tiny = new ArrayList<>();
    TrainConfig config =
        config("model.layers=4", "model.width=256", "model.heads=4", "model.context=64");
    TrainConfig small =
        config("model.layers=1", "model.width=8", "model.heads=2", "model.context=4");
    for (int count : counts) {
      try (WorkerPool workers = WorkerPool.start(main, count)) {
        ShardConfig remote = ShardConfig.NONE.over(workers.addresses());
        tiny.add(
            new Overhead(
                count, time(small, remote).median(), time(small, remote.over(count)).median()));
        results.add(measure(config, remote, workers));
      }
    }
    return new Report(model(config).size(), results, tiny);
  }

  private static TrainConfig config(String... settings) {
    List<String> all = new ArrayList<>(Arrays.asList(settings));
    all.add("optimizer.jit=off");
    return TrainConfigs.read(null, all);
  }

  private static Model model(TrainConfig config) {
    return Gpt.of((GptConfig) config.model(), VOCABULARY);
  }

  private static TextRows rows(TrainConfig config) {
    return new TextRows(ROWS, ((GptConfig) config.model()).context() + 1);
  }

  private static ShardedStep step(TrainConfig config, ShardConfig shard) {
    return new ShardedStep(
        new ShardedStep.Job(model(config), config.step(), rows(config).shape(false), 1), shard);
  }

  private static Batch batch(TrainConfig config) {
    long tokens = (long) ROWS * (((GptConfig) config.model()).context() + 1);
    return rows(config).batch(new Random(1).ints(tokens, 0, VOCABULARY).toArray(), null);
  }

  private StepMs time(TrainConfig config, ShardConfig shard) {
    try (ShardedStep step = step(config, shard)) {
      return time(step, batch(config));
    }
  }

  private StepMs time(ShardedStep step, Batch batch) {
    for (int i = 0; i < WARMUP; i++) {
      step.run(batch);
    }
    double[] milliseconds = new double[steps];
    for (int i = 0; i < steps; i++) {
      long began = System.nanoTime();
      step.run(batch);
      milliseconds[i] = (System.nanoTime() - began) / 1e6;
    }
    Arrays.sort(milliseconds);
    return new StepMs(milliseconds[steps / 2], milliseconds[0], milliseconds[steps - 1]);
  }

  private Result measure(TrainConfig config, ShardConfig shard, WorkerPool workers)
      throws IOException {
    int count = shard.devices();
    try (ShardedStep step = step(config, shard)) {
      Batch batch = batch(config);
      StepMs time = time(step, batch);
      double resident = 0;
      for (long pid : workers.pids()) {
        resident += resident(pid) / count;
      }
      long weights = model(config).size() * Float.BYTES;
      return new Result(
          count,
          time,
          sum(step.traffic().received(batch)) / count,
          2 * weights * (count - 1) / count,
          step.traffic().held().values().stream().mapToLong(Long::longValue).max().orElse(0),
          resident,
          step.graphBytes());
    }
  }

  private static long sum(Map<String, Long> bytes) {
    return bytes.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Resident memory of a process in MiB, as Linux tells it; NaN elsewhere. */
  private static double resident(long pid) throws IOException {
    Path status = Path.of("/proc", Long.toString(pid), "status");
    if (!Files.isReadable(status)) {
      return Double.NaN;
    }
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024 / MEBI;
      }
    }
    return Double.NaN;
  }
}
