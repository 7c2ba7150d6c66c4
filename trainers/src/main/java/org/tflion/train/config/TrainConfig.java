package org.tflion.train.config;

import org.tflion.Require;
import org.tflion.train.data.DataConfig;
import org.tflion.train.loop.GuardConfig;
import org.tflion.train.loop.LoopConfig;
import org.tflion.train.loop.SampleConfig;
import org.tflion.train.model.gpt.GptConfig;
import org.tflion.train.step.OptimizerConfig;
import org.tflion.train.step.ScheduleConfig;

/**
 * Everything that defines a run: the configs of its parts, each checked by itself, and together.
 *
 * @param preset name of the preset that filled in what was not said
 * @param model the shape of the model
 * @param data the text and its tokens
 * @param optimizer how a gradient moves the weights
 * @param schedule how the learning rate changes
 * @param train how long, and what happens on the way
 * @param guard which updates are left out
 * @param sample how text is drawn from the model
 */
public record TrainConfig(
    String preset,
    GptConfig model,
    DataConfig data,
    OptimizerConfig optimizer,
    ScheduleConfig schedule,
    LoopConfig train,
    GuardConfig guard,
    SampleConfig sample) {

  private static final int BYTES = 256;

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
        model.vocabulary() == 0 || model.vocabulary() >= BYTES || !data.tokenizer().equals("byte"),
        "model.vocabulary must be 0 or at least " + BYTES + " for the byte tokenizer",
        model.vocabulary());
  }

  /** The same config, whose paths hold whatever the working directory. */
  public TrainConfig absolute() {
    return new TrainConfig(
        preset, model, data.absolute(), optimizer.absolute(), schedule, train, guard, sample);
  }
}
