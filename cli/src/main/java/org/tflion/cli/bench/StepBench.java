package org.tflion.cli.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.tflion.Require;
import org.tflion.train.data.Batch;
import org.tflion.train.loop.LoopConfig;
import org.tflion.train.step.OptimizerConfig;
import org.tflion.train.step.ScheduleConfig;
import org.tflion.train.step.StepConfig;
import org.tflion.train.step.TrainStep;

/**
 * Times whole training steps of a GPT with Lion: batch in, loss, gradients, clipping, update.
 *
 * @param shape of the model and the batch
 * @param precision of matrix products, {@code float32} or {@code bfloat16}
 * @param jit what XLA compiles, as {@code optimizer.jit}
 * @param recompute whether blocks are computed anew for the gradient
 * @param replicas passes beside each other, each with its share of the rows; 0 chooses
 * @param steps that are timed
 */
public record StepBench(
    ModelShape shape, String precision, String jit, boolean recompute, int replicas, int steps) {

  private static final int WARM_UP = 3;
  private static final int TRACED = 5;

  /**
   * Checks the choices.
   *
   * @throws IllegalArgumentException if one is not known
   */
  public StepBench {
    Require.that(steps > 0, "bench step: --steps must be 1 or more", steps);
    Require.that(
        replicas >= 0 && (replicas == 0 || shape.batch() % replicas == 0),
        "bench step: --replicas must be a divisor of --batch",
        replicas);
    Require.that(
        LoopConfig.PRECISIONS.contains(precision),
        "bench step: --precision must be one of " + LoopConfig.PRECISIONS,
        precision);
  }

  /** Milliseconds of one step. */
  public record Spread(double median, double min, double max) {

    static Spread of(double[] all) {
      double[] sorted = all.clone();
      Arrays.sort(sorted);
      return new Spread(sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
    }
  }

  /**
   * What steps took.
   *
   * @param tokensPerSecond by the median
   * @param gflops floating point operations of matrix products by the median, in GFLOP/s
   * @param peakGflops of one large product of that precision, in GFLOP/s
   * @param mfu {@code gflops / peakGflops}
   * @param peakMb most memory that this process had, in MB; 0 where the system does not tell
   * @param breakdownMs operation time of each part, which overlap
   */
  public record Result(
      double tokensPerSecond,
      Spread stepMs,
      double gflops,
      double peakGflops,
      double mfu,
      double peakMb,
      Map<String, Double> breakdownMs) {}

  /** How many steps {@link #run} announces. */
  public int turns() {
    return WARM_UP + steps + TRACED;
  }

  /**
   * Measures.
   *
   * @param progress hears the number of steps done
   */
  public Result run(IntConsumer progress) {
    boolean halved = precision.equals("bfloat16");
    double before;
    Breakdown breakdown = new Breakdown();
    double[] ms = new double[steps];
    Batch batch = shape.tokens();
    // The step comes before the peak, as the first session says how many threads an operation has.
    try (TrainStep step = step()) {
      before = ProductPeak.gflops(halved);
      int taken = 0;
      for (int i = 0; i < WARM_UP; i++) {
        step.run(batch);
        progress.accept(++taken);
      }
      for (int i = 0; i < steps; i++) {
        ms[i] = time(step, batch);
        progress.accept(++taken);
      }
      step.trace(breakdown::add);
      for (int i = 0; i < TRACED; i++) {
        step.run(batch);
        progress.accept(++taken);
      }
    }
    double peakMb = ResidentMemory.most();
    double peak = Math.max(before, ProductPeak.gflops(halved));
    Spread spread = Spread.of(ms);
    double gflops = shape.flops() / spread.median() / 1e6;
    return new Result(
        1000 * shape.tokensOfStep() / spread.median(),
        spread,
        gflops,
        peak,
        gflops / peak,
        peakMb,
        breakdown.milliseconds());
  }

  static double time(TrainStep step, Batch batch) {
    long began = System.nanoTime();
    step.run(batch);
    return (System.nanoTime() - began) / 1e6;
  }

  /** The step, by the settings of the preset nano. */
  public TrainStep step() {
    OptimizerConfig lion =
        new OptimizerConfig(
            "lion", 1e-3, 0.9, 0.99, null, 0.1, null, null, null, null, null, List.of(), 1, 0, jit);
    StepConfig config =
        new StepConfig(
            lion,
            new ScheduleConfig("constant", 0, 0, 1),
            Long.MAX_VALUE,
            1,
            precision.equals("bfloat16"),
            recompute,
            replicas);
    return new TrainStep(shape.model(), config, shape.tokens().shape(), 1);
  }
}
