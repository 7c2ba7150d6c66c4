package org.tflion.cli.bench;

import java.util.function.IntConsumer;
import org.tflion.Require;
import org.tflion.train.data.Batch;
import org.tflion.train.step.TrainStep;

/**
 * Trains for long and watches whether memory grows: the resident size of this process, as Linux
 * tells it.
 *
 * @param bench what is trained
 * @param settle steps before the first measurement, in which caches fill
 */
public record SoakBench(StepBench bench, int settle) {

  private static final int EVERY = 100;

  /**
   * Checks the lengths, and that memory can be measured.
   *
   * @throws IllegalArgumentException if not
   */
  public SoakBench {
    Require.that(
        settle > 0 && settle < bench.steps(),
        "bench soak: --settle must be 1 or more and below --steps " + bench.steps(),
        settle);
    Require.that(
        ResidentMemory.isKnown(), "bench soak: the system must tell memory, as Linux does", "none");
  }

  /**
   * What memory did.
   *
   * @param settledMb resident megabytes after the first steps
   * @param endMb resident megabytes at the end
   * @param mostMb most that were measured after the first steps
   * @param grownMb {@code endMb - settledMb}
   */
  public record Result(int steps, double settledMb, double endMb, double mostMb, double grownMb) {}

  /**
   * Trains.
   *
   * @param progress hears the number of steps done
   */
  public Result run(IntConsumer progress) {
    Batch batch = bench.shape().tokens();
    double settled = 0;
    double most = 0;
    try (TrainStep step = bench.step()) {
      for (int i = 1; i <= bench.steps(); i++) {
        step.run(batch);
        progress.accept(i);
        if (i == settle) {
          settled = ResidentMemory.now();
        }
        if (i >= settle && (i % EVERY == 0 || i == bench.steps())) {
          most = Math.max(most, ResidentMemory.now());
        }
      }
      double end = ResidentMemory.now();
      return new Result(bench.steps(), settled, end, most, end - settled);
    }
  }
}
