package org.tflion.train.config;

import org.jspecify.annotations.Nullable;
import org.tflion.Require;
import org.tflion.train.data.SourceConfig;
import org.tflion.train.loop.GuardConfig;
import org.tflion.train.loop.LoopConfig;
import org.tflion.train.loop.SampleConfig;
import org.tflion.train.model.ModelConfig;
import org.tflion.train.shard.ShardConfig;
import org.tflion.train.step.OptimizerConfig;
import org.tflion.train.step.ScheduleConfig;
import org.tflion.train.step.StepConfig;
import org.tflion.train.task.Work;

/**
 * Everything that defines a run: the configs of its parts, each checked by itself, and together.
 *
 * @param preset name of the preset that filled in what was not said
 * @param task what is learnt; the records of {@code model} and {@code data} are its own
 * @param model the shape of the model
 * @param data what to learn from
 * @param optimizer how a gradient moves the weights
 * @param schedule how the learning rate changes
 * @param train how long, and what happens on the way
 * @param guard which updates are left out
 * @param shard over how many devices it is spread
 * @param sample how text is drawn from the model; null if the task writes none
 */
public record TrainConfig(
    String preset,
    String task,
    ModelConfig model,
    SourceConfig data,
    OptimizerConfig optimizer,
    ScheduleConfig schedule,
    LoopConfig train,
    GuardConfig guard,
    ShardConfig shard,
    @Nullable SampleConfig sample) {

  /**
   * Checks what no part can check alone.
   *
   * @throws IllegalArgumentException if two parts contradict each other
   */
  public TrainConfig {
    Require.that(
        schedule.warmup() < train.steps(),
        "schedule.warmup must be below train.steps " + train.steps(),
        schedule.warmup());
    Require.that(
        train.replicas() == null || !shard.spreads(),
        "train.replicas must be left out with shard.mesh or shard.workers",
        train.replicas() == null ? "none" : train.replicas());
    boolean writes = Work.of(task, model, data).task().writesText();
    Require.that(
        (sample != null) == writes,
        "sample must be given if and only if the task writes text, as task %s %s"
            .formatted(task, writes ? "does" : "does not"),
        sample == null ? "none" : sample);
  }

  /** What is to be learnt. */
  public Work<?, ?> work() {
    return Work.of(task, model, data);
  }

  /** How weights change from step to step. */
  public StepConfig step() {
    return new StepConfig(
        optimizer,
        schedule,
        train.steps(),
        train.batch() / train.rows(),
        train.halved(),
        train.recomputed(),
        train.replicas() == null ? 0 : train.replicas());
  }

  /** The same config, whose paths hold whatever the working directory. */
  public TrainConfig absolute() {
    return new TrainConfig(
        preset,
        task,
        model,
        data.absolute(),
        optimizer.absolute(),
        schedule,
        train,
        guard,
        shard,
        sample);
  }

  /** The same config, spread in another way. */
  public TrainConfig withShard(ShardConfig value) {
    return new TrainConfig(
        preset, task, model, data, optimizer, schedule, train, guard, value, sample);
  }
}
