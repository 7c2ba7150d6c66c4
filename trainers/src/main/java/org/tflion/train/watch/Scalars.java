package org.tflion.train.watch;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tflion.train.metrics.StepMetrics;

/** The numbers of a step that are shown, by their names. */
final class Scalars {

  private Scalars() {}

  /** Names with slashes, by which TensorBoard groups; what was not measured is left out. */
  static Map<String, Double> of(StepMetrics metrics) {
    Map<String, @Nullable Double> all = new LinkedHashMap<>();
    all.put("loss/train", metrics.loss());
    all.put("loss/validation", metrics.valLoss());
    metrics.valMetrics().forEach((key, value) -> all.put("validation/" + key.substring(4), value));
    all.put("optimizer/learning_rate", metrics.learningRate());
    all.put("optimizer/gradient_norm", metrics.gradNorm());
    all.put("optimizer/skipped", (double) metrics.skipped());
    all.put("speed/tokens_per_second", metrics.tokensPerSecond());
    all.put("speed/step_ms", metrics.stepMs());
    all.put("speed/data_wait_ms", metrics.dataWaitMs());
    metrics.deviceMetrics().forEach((key, value) -> all.put("device/" + key, value));
    Map<String, Double> measured = new LinkedHashMap<>();
    all.forEach(
        (name, value) -> {
          if (value != null) {
            measured.put(name, value);
          }
        });
    return measured;
  }
}
