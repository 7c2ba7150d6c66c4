package org.tflion.train;

import java.nio.file.Path;
import org.tflion.Require;
import org.tflion.tpu.run.Accelerator;
import org.tflion.train.shard.ShardConfig;
import org.tflion.train.shard.ShardedStep;
import org.tflion.train.step.AcceleratorStep;
import org.tflion.train.step.Step;
import org.tflion.train.step.TrainStep;

/** What runs the steps of a training; the same config gives the same run on each. */
@FunctionalInterface
public interface Engine {

  /** TensorFlow, on the devices of this process or on workers. */
  Engine TENSORFLOW =
      (job, shard) ->
          shard.spreads()
              ? new ShardedStep(job, shard)
              : new TrainStep(job.model(), job.config(), job.batch(), job.seed());

  /**
   * The first device of a PJRT plugin.
   *
   * @param plugin its library
   */
  static Engine pjrt(Path plugin) {
    return (job, shard) -> {
      Require.that(
          !shard.spreads(),
          "shard must be left out for the engine pjrt, which has one device",
          shard.devices());
      return new AcceleratorStep(
          AcceleratorStep.Place.on(Accelerator.open(plugin)),
          job.model(),
          job.config(),
          job.batch(),
          job.seed());
    };
  }

  /**
   * Builds a step; weights start at the model's first values, slots at zero.
   *
   * @param job what is trained, and how
   * @param shard how it is spread
   */
  Step step(ShardedStep.Job job, ShardConfig shard);
}
