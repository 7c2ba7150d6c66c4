package org.tflion.train.loop;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tflion.train.data.Batches;
import org.tflion.train.metrics.StepMetrics;
import org.tflion.train.step.Evaluation;
import org.tflion.train.step.Step;

/** How fast steps pass, over the steps since the last restart. */
final class Pace {

  private final Batches batches;
  private final long tokensPerStep;
  private long began = System.nanoTime();
  private long nanoseconds;
  private long steps;
  private long waited;
  private @Nullable Double saveMs;

  Pace(int batch, Batches batches) {
    this.batches = batches;
    tokensPerStep = (long) batch * batches.perRow();
    waited = batches.waited();
  }

  /** One more step is over. */
  void step() {
    nanoseconds = System.nanoTime() - began;
    steps++;
  }

  /** Steps waited so long for a checkpoint, which does not count as training. */
  void saved(long waited) {
    saveMs = (saveMs == null ? 0 : saveMs) + waited / 1e6;
    began += waited;
  }

  /** Begins anew, so that evaluating and saving do not count as training. */
  void restart() {
    began = System.nanoTime();
    nanoseconds = 0;
    steps = 0;
    waited = batches.waited();
    saveMs = null;
  }

  StepMetrics metrics(
      long done, Step.Report report, @Nullable Evaluation evaluation, Skipping skipping) {
    double seconds = nanoseconds / 1e9;
    return new StepMetrics(
        done,
        report.loss(),
        evaluation == null ? null : (Double) evaluation.loss().value(),
        report.learningRate(),
        report.gradientNorm(),
        done * tokensPerStep,
        steps * tokensPerStep / seconds,
        1000 * seconds / steps,
        skipping.skipped(),
        skipping.reason(),
        saveMs,
        (batches.waited() - waited) / 1e6 / steps,
        evaluation == null ? Map.of() : validation(evaluation),
        Map.of());
  }

  private static Map<String, Double> validation(Evaluation evaluation) {
    Map<String, Double> byKey = new LinkedHashMap<>();
    evaluation.values().forEach((name, value) -> byKey.put("val_" + name, value));
    return byKey;
  }
}
