package org.tflion.train.loop;

import java.nio.file.Path;
import java.util.Map;
import org.tflion.train.metrics.StepMetrics;

/** Hears of a run's progress as it happens, on the thread that trains. */
public interface LoopListener {

  /** A step is done. */
  default void onStep(StepMetrics metrics) {}

  /** One batch of an evaluation is done. */
  default void onEvaluation(int batch, int batches) {}

  /** A checkpoint is complete. */
  default void onCheckpoint(long step, Path folder) {}

  /** Something went wrong that the run goes on without. */
  default void onWarning(String sentence) {}

  /**
   * Asked after every step: what devices say of themselves, by the keys of the metrics' file.
   *
   * @param step what is known of the step without it
   */
  default Map<String, Double> deviceMetrics(StepMetrics step) {
    return Map.of();
  }

  /** Asked after every step: whether to save now and stop before the end. */
  default boolean stops() {
    return false;
  }
}
