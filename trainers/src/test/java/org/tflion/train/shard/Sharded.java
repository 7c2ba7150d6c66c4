package org.tflion.train.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.tflion.train.data.Batch;
import org.tflion.train.data.BatchShape;
import org.tflion.train.data.PlacedRows;
import org.tflion.train.data.TextRows;
import org.tflion.train.model.Model;
import org.tflion.train.model.gpt.Gpt;
import org.tflion.train.model.gpt.GptConfig;
import org.tflion.train.step.OptimizerConfig;
import org.tflion.train.step.ScheduleConfig;
import org.tflion.train.step.Step;
import org.tflion.train.step.StepConfig;
import org.tflion.train.step.TrainStep;

/** A small job, on one device and on many. */
record Sharded(Model model, StepConfig config, BatchShape shape) {

  private static final int CONTEXT = 6;
  private static final int ROWS = 12;
  private static final long SEED = 3;

  /**
   * An optimizer that clips and decays; Adafactor in the variant that factors small matrices too.
   */
  static OptimizerConfig optimizer(String name, double rate, String jit) {
    @Nullable String variant = name.equals("adafactor") ? "shazeer" : null;
    return new OptimizerConfig(
        name, rate, null, null, null, 0.1, null, null, null, variant, null, List.of(), 1, 0.9, jit);
  }

  /** Sizes that no number of devices divides: 23 rows, 10 columns. */
  static Sharded gpt(OptimizerConfig optimizer, int parts, double dropout) {
    return new Sharded(
        model(1, dropout),
        new StepConfig(optimizer, new ScheduleConfig("linear", 2, 0, 0.1), 60, parts),
        new TextRows(ROWS, CONTEXT + 1).shape(false));
  }

  /** The same model with a gate in its perceptrons, and no biases. */
  Sharded gated() {
    GptConfig gated = new GptConfig(2, 2, 12, CONTEXT, "rope", "rmsnorm", "geglu", false, 0, 0, 0);
    return new Sharded(Gpt.of(gated, 23), config, shape);
  }

  private static Gpt model(int layers, double dropout) {
    GptConfig shape =
        new GptConfig(layers, 2, 10, CONTEXT, "learned", "layernorm", "gelu", true, 0, dropout, 0);
    return Gpt.of(shape, 23);
  }

  /** The same with more layers. */
  Sharded withLayers(int layers) {
    return new Sharded(model(layers, 0), config, shape);
  }

  /** The same with products of bfloat16, or with parts computed anew. */
  Sharded in(boolean halved, boolean recomputed) {
    StepConfig other =
        new StepConfig(
            config.optimizer(),
            config.schedule(),
            config.steps(),
            config.parts(),
            halved,
            recomputed,
            1);
    return new Sharded(model, other, shape);
  }

  /** The same with batches of another size. */
  Sharded withRows(int rows) {
    return new Sharded(model, config, new TextRows(rows, CONTEXT + 1).shape(false));
  }

  ShardedStep on(int devices, int zero) {
    return on(ShardConfig.NONE.over(devices).withZero(zero));
  }

  /** Part by part, however small the model. */
  ShardedStep on(ShardConfig shard) {
    return new ShardedStep(new ShardedStep.Job(model, config, shape, SEED), shard, 0);
  }

  /** Part by part, by devices that read their rows themselves. */
  ShardedStep reading(PlacedRows rows, ShardConfig shard) {
    ShardedStep.Job job = new ShardedStep.Job(model, config, rows.places().shape(), SEED, rows);
    return new ShardedStep(job, shard, 0);
  }

  /** As users get it: the model is so small that it is gathered at once. */
  ShardedStep atOnce(ShardConfig shard) {
    return new ShardedStep(new ShardedStep.Job(model, config, shape, SEED), shard);
  }

  /** One device, in as many parts as the others have between them. */
  Step alone(int parts) {
    StepConfig whole =
        new StepConfig(
            config.optimizer(),
            config.schedule(),
            config.steps(),
            parts,
            config.halved(),
            config.recomputed(),
            1);
    return new TrainStep(model, whole, shape, SEED);
  }

  Batch batch(long number) {
    int[] tokens = new Random(number).ints((long) ROWS * (CONTEXT + 1), 0, 23).toArray();
    return new TextRows(ROWS, CONTEXT + 1).batch(tokens, null);
  }

  /** The losses of some steps, and that of an evaluation at last. */
  List<Double> losses(Step step, int steps) {
    return IntStream.rangeClosed(0, steps)
        .mapToObj(
            i ->
                i == steps ? step.evaluate(batch(i)).loss().value() : step.run(batch(i % 7)).loss())
        .toList();
  }

  /** Requires that a sharded step has the losses of one device, the evaluation included. */
  void requireSameLosses(Step alone, Step sharded, int steps, double promised) {
    List<Double> expected = losses(alone, steps);
    List<Double> losses = losses(sharded, steps);
    for (int i = 0; i <= steps; i++) {
      assertThat(losses.get(i)).as("step " + i).isCloseTo(expected.get(i), within(promised));
    }
  }
}
