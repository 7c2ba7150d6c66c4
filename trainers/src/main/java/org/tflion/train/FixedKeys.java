package org.tflion.train;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.tflion.train.checkpoint.Checkpoint;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.config.TrainConfigs;

/** The keys of a config that must stay what they were when a checkpoint was saved. */
final class FixedKeys {

  /** Keys that change what weights mean, but not their shapes. */
  private static final Set<String> MEANING =
      Set.of("model.heads", "model.positions", "model.norm", "model.activation");

  private FixedKeys() {}

  /**
   * Refuses a config that a checkpoint's weights, slots or order of data do not fit.
   *
   * @param transfer without the slots, the optimizer may be another
   * @throws IllegalArgumentException naming the first key that differs
   */
  static void requireToResume(
      Checkpoint checkpoint, TrainConfig now, Path folder, Transfer transfer) {
    TrainConfig began = began(checkpoint);
    require("--resume: ", all(began), all(now), folder, "use another --out for a new run");
    if (!transfer.weightsOnly()) {
      String cure = "go on with --load-weights-only to change it";
      require("--resume: ", optimizer(began), optimizer(now), folder, cure);
    }
  }

  /**
   * Refuses a config whose model gives a checkpoint's weights another meaning. Their shapes are
   * compared elsewhere.
   *
   * @throws IllegalArgumentException naming the first key that differs
   */
  static void requireSameModel(Checkpoint checkpoint, TrainConfig now) {
    Map<String, Object> began = model(began(checkpoint));
    Map<String, Object> wanted = model(now);
    began.keySet().retainAll(MEANING);
    wanted.keySet().retainAll(MEANING);
    require("--from: ", began, wanted, checkpoint.folder(), "set it as there");
  }

  /**
   * Refuses a config that a checkpoint's weights or tokens do not fit.
   *
   * @throws IllegalArgumentException naming the first key that differs
   */
  static void requireToLoad(Checkpoint checkpoint, TrainConfig now, Path folder) {
    TrainConfig began = began(checkpoint);
    require("", model(began), model(now), folder, "set it back in the run's config.yaml");
  }

  /** The config that a checkpoint was saved with, whatever became of the run's config.yaml. */
  static TrainConfig began(Checkpoint checkpoint) {
    return TrainConfigs.parse("config of " + checkpoint.folder(), checkpoint.manifest().config());
  }

  private static void require(
      String who, Map<String, Object> began, Map<String, Object> now, Path folder, String cure) {
    now.forEach(
        (key, value) -> {
          if (!value.equals(began.get(key))) {
            throw new IllegalArgumentException(
                "%s%s must stay %s, what the run at %s began with (got %s); %s"
                    .formatted(who, key, began.get(key), folder, value, cure));
          }
        });
  }

  private static Map<String, Object> model(TrainConfig config) {
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
    return fixed;
  }

  private static Map<String, Object> all(TrainConfig config) {
    Map<String, Object> fixed = model(config);
    fixed.put("data.validation", config.data().validation());
    fixed.put("data.field", config.data().field());
    fixed.put("data.token_type", config.data().tokenType());
    fixed.put("data.order", config.data().order());
    fixed.put("data.separate_documents", config.data().separateDocuments());
    fixed.put("data.mixture weights", config.data().weights());
    fixed.put("train.batch", config.train().batch());
    fixed.put("train.seed", config.train().seed());
    return fixed;
  }

  private static Map<String, Object> optimizer(TrainConfig config) {
    return Map.of("optimizer.name", config.optimizer().name());
  }
}
