package org.tflion.train;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tflion.train.config.TrainConfig;

/** What must not change when a run goes on. */
final class ResumeCheck {

  private ResumeCheck() {}

  /**
   * Refuses a config that the run's weights, slots or order of data do not fit.
   *
   * @throws IllegalArgumentException naming the first key that differs
   */
  static void require(TrainConfig began, TrainConfig now, Path folder) {
    Map<String, Object> before = fixed(began);
    fixed(now)
        .forEach(
            (key, value) -> {
              if (!value.equals(before.get(key))) {
                throw new IllegalArgumentException(
                    "--resume: "
                        + key
                        + " must stay "
                        + before.get(key)
                        + ", what the run at "
                        + folder
                        + " began with (got "
                        + value
                        + "); use another --out for a new run");
              }
            });
  }

  private static Map<String, Object> fixed(TrainConfig config) {
    Map<String, Object> fixed = new LinkedHashMap<>();
    var model = config.model();
    fixed.put("model.layers", model.layers());
    fixed.put("model.heads", model.heads());
    fixed.put("model.width", model.width());
    fixed.put("model.context", model.context());
    fixed.put("model.positions", model.positions());
    fixed.put("model.norm", model.norm());
    fixed.put("model.activation", model.activation());
    fixed.put("model.bias", model.bias());
    fixed.put("model.head_width", model.headWidth());
    fixed.put("model.vocabulary", model.vocabulary());
    fixed.put("data.tokenizer", config.data().tokenizer());
    fixed.put("data.validation", config.data().validation());
    fixed.put("optimizer.name", config.optimizer().name());
    fixed.put("train.batch", config.train().batch());
    fixed.put("train.seed", config.train().seed());
    return fixed;
  }
}
