package org.tflion.train;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tflion.train.checkpoint.Checkpoint;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.config.TrainConfigs;

/** The keys of a config that must stay what they were when a checkpoint was saved. */
final class FixedKeys {

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
    Map<String, @Nullable Object> began = model(began(checkpoint));
    Map<String, @Nullable Object> wanted = model(now);
    wanted.keySet().retainAll(named(now.model().meaning()));
    wanted.keySet().retainAll(began.keySet());
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
      String who,
      Map<String, @Nullable Object> began,
      Map<String, @Nullable Object> now,
      Path folder,
      String cure) {
    now.forEach(
        (key, value) -> {
          if (!Objects.equals(value, began.get(key))) {
            throw new IllegalArgumentException(
                "%s%s must stay %s, what the run at %s began with (got %s); %s"
                    .formatted(who, key, began.get(key), folder, value, cure));
          }
        });
  }

  private static Map<String, @Nullable Object> model(TrainConfig config) {
    Map<String, @Nullable Object> fixed = new LinkedHashMap<>();
    fixed.put("task", config.task());
    fixed.putAll(TrainConfigs.keys("model", (Record) config.model()));
    fixed.keySet().removeAll(named(config.model().free()));
    fixed.put("data.tokenizer", config.data().tokenizer());
    return fixed;
  }

  private static Set<String> named(Set<String> keys) {
    return keys.stream().map(key -> "model." + key).collect(Collectors.toSet());
  }

  private static Map<String, @Nullable Object> all(TrainConfig config) {
    Map<String, @Nullable Object> fixed = model(config);
    fixed.putAll(config.data().fixed());
    fixed.put("train.batch", config.train().batch());
    fixed.put("train.seed", config.train().seed());
    return fixed;
  }

  private static Map<String, @Nullable Object> optimizer(TrainConfig config) {
    return Map.of("optimizer.name", config.optimizer().name());
  }
}
