package org.tflion.cli.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.LongToDoubleFunction;
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
 * @param shape of the model, besides a tiny one
 * @param wire how weights and gradients travel
 * @param steps to time
 */
public record ShardBench(Class<?> main, Shape shape, String wire, int steps) {

  /**
   * The model that is trained, on bytes.
   *
   * @param layers number of blocks
   * @param width a multiple of 64
   * @param context tokens of a row
   */
  public record Shape(int layers, int width, int context) {

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public Shape {
      Require.that(layers > 0, "bench shard: --layers must be 1 or more", layers);
      Require.that(
          width > 0 && width % HEAD == 0,
          "bench shard: --width must be a multiple of " + HEAD,
          width);
      Require.that(context > 0, "bench shard: --context must be 1 or more", context);
    }
  }

  private static final int HEAD = 64;

  private static final int VOCABULARY = 256;
  private static final int ROWS = 16;
  private static final int WARMUP = 5;

  /** What is done for a number of workers besides running steps: starting them, and three looks. */
  private static final int OTHER_TURNS = 4;

  /** Of the tiny model. */
  private static final int TINY_STEPS = 100;

  /**
   * What was measured over some workers.
   *
   * @param workers number of them
   * @param stepMs of a step: median, least and most
   * @param receivedBytes of one step by one worker, the mean
   * @param idealBytes that one gathering of all weights and one reduction of all gradients take: 2
   *     (n - 1) / n of the weights
   * @param heldBytes of weights and slots on one worker, the most
   * @param passBytes of one pass on one worker, the most: what its operations made and had at once
   * @param idleMib resident memory of each worker that has run the tiny step
   * @param peakMib the most resident memory that each worker had; the first one runs the session,
   *     and holds the graph of all
   * @param graphBytes of the graph of all workers together
   */
  public record Result(
      int workers,
      StepMs stepMs,
      long receivedBytes,
      long idealBytes,
      long heldBytes,
      long passBytes,
      List<Long> idleMib,
      List<Long> peakMib,
      long graphBytes) {}

  /** Milliseconds. */
  public record StepMs(double median, double min, double max) {}

  /**
   * A step of a model that is nearly nothing.
   *
   * @param workers number of them
   * @param remoteMs of a step over workers
   * @param localMs of the same step over as many devices of this process
   * @param controllerMs of asking every worker to do nothing: what the controller takes of a step,
   *     without the messages between workers
   */
  public record Overhead(int workers, StepMs remoteMs, StepMs localMs, StepMs controllerMs) {}

  /** Everything that was measured. */
  public record Report(long parameters, String wire, List<Result> results, List<Overhead> tiny) {}

  /** How many turns {@link #run} announces. */
  public int turns(List<Integer> counts) {
    return counts.size() * (OTHER_TURNS + 3 * (WARMUP + TINY_STEPS) + WARMUP + steps);
  }

  /**
   * Measures.
   *
   * @param counts numbers of workers; each a divisor of 16
   * @param progress hears the number of turns done
   */
  public Report run(List<Integer> counts, IntConsumer progress) throws IOException {
    for (int count : counts) {
      Require.that(
          count > 0 && ROWS % count == 0, "--workers must each be a divisor of " + ROWS, count);
    }
    List<Result> results = new ArrayList<>();
    List<Overhead> tiny = new ArrayList<>();
    TrainConfig config =
        config(
            "model.layers=" + shape.layers(),
            "model.width=" + shape.width(),
            "model.heads=" + shape.width() / HEAD,
            "model.context=" + shape.context());
    TrainConfig small =
        config("model.layers=1", "model.width=8", "model.heads=2", "model.context=4");
    AtomicInteger done = new AtomicInteger();
    Runnable turn = () -> progress.accept(done.incrementAndGet());
    for (int count : counts) {
      try (WorkerPool workers = WorkerPool.start(main, count)) {
        turn.run();
        ShardConfig remote = ShardConfig.NONE.over(workers.addresses()).withWire(wire);
        tiny.add(tiny(small, remote, turn));
        results.add(measure(config, remote, workers, turn));
      }
    }
    return new Report(model(config).size(), wire, results, tiny);
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

  private static Overhead tiny(TrainConfig config, ShardConfig shard, Runnable turn) {
    Batch batch = batch(config);
    int count = shard.devices();
    try (ShardedStep there = step(config, shard);
        ShardedStep here = step(config, shard.over(count))) {
      StepMs remote = time(() -> there.run(batch), TINY_STEPS, turn);
      StepMs asked = time(there.traffic()::ask, TINY_STEPS, turn);
      return new Overhead(count, remote, time(() -> here.run(batch), TINY_STEPS, turn), asked);
    }
  }

  private static StepMs time(Runnable step, int steps, Runnable turn) {
    for (int i = 0; i < WARMUP; i++) {
      step.run();
      turn.run();
    }
    double[] milliseconds = new double[steps];
    for (int i = 0; i < steps; i++) {
      long began = System.nanoTime();
      step.run();
      milliseconds[i] = (System.nanoTime() - began) / 1e6;
      turn.run();
    }
    Arrays.sort(milliseconds);
    return new StepMs(milliseconds[steps / 2], milliseconds[0], milliseconds[steps - 1]);
  }

  private Result measure(TrainConfig config, ShardConfig shard, WorkerPool workers, Runnable turn) {
    int count = shard.devices();
    List<Long> idle = each(workers, ResidentMemory::now);
    try (ShardedStep step = step(config, shard)) {
      Batch batch = batch(config);
      StepMs time = time(() -> step.run(batch), steps, turn);
      List<Long> peak = each(workers, ResidentMemory::most);
      long weights = model(config).size() * Float.BYTES;
      long received = sum(step.traffic().received(batch)) / count;
      turn.run();
      long held = most(step.traffic().held());
      turn.run();
      long pass = most(step.traffic().peak(batch));
      turn.run();
      long ideal = 2 * weights * (count - 1) / count;
      return new Result(count, time, received, ideal, held, pass, idle, peak, step.graphBytes());
    }
  }

  private static List<Long> each(WorkerPool workers, LongToDoubleFunction memory) {
    return workers.pids().stream().map(pid -> Math.round(memory.applyAsDouble(pid))).toList();
  }

  private static long most(Map<String, Long> bytes) {
    return bytes.values().stream().mapToLong(Long::longValue).max().orElse(0);
  }

  private static long sum(Map<String, Long> bytes) {
    return bytes.values().stream().mapToLong(Long::longValue).sum();
  }
}
