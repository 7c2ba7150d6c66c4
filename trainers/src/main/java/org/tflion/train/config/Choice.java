package org.tflion.train.config;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tflion.train.task.Task;
import org.tflion.train.task.Tasks;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The task and the preset of a config. They are looked for first, because it depends on the task
 * which other keys there are.
 *
 * @param task what is to be learnt
 * @param keys of a config of the task
 * @param preset what fills in all that is not said
 */
record Choice(Task<?, ?> task, ConfigKeys keys, Preset preset) {

  private static final String TASK = "task";
  private static final String PRESET = "preset";

  /**
   * Looks for both.
   *
   * @param file keys of a config file
   * @param overrides single settings, which come after it
   * @throws IllegalArgumentException if one is unknown, naming the nearest, or they do not fit
   */
  static Choice of(ObjectNode file, List<String> overrides) {
    @Nullable String said = said(TASK, Tasks.names(), file, overrides);
    @Nullable String preset = said(PRESET, Tasks.presets(), file, overrides);
    Task<?, ?> task = known(TASK, Tasks.names(), said == null ? Tasks.DEFAULT : said, Tasks::of);
    if (preset == null) {
      return of(task, task.presets().get(0));
    }
    Task<?, ?> own = known(PRESET, Tasks.presets(), preset, Tasks::ofPreset);
    if (said != null && !own.name().equals(said)) {
      throw Refusal.of(
          "config: task must be %s for preset %s (got %s); the presets of %s are %s"
              .formatted(own.name(), preset, said, said, String.join(", ", task.presets())));
    }
    return of(own, preset);
  }

  private static Choice of(Task<?, ?> task, String preset) {
    ConfigKeys keys = new ConfigKeys(task);
    Preset made = Preset.of(preset, keys);
    made.keys().put(PRESET, preset).put(TASK, task.name());
    return new Choice(task, keys, made);
  }

  private interface Register {
    Optional<Task<?, ?>> of(String name);
  }

  private static Task<?, ?> known(String key, List<String> names, String name, Register register) {
    return register
        .of(name)
        .orElseThrow(
            () ->
                Refusal.of(
                    "config: %s %s is unknown, %s"
                        .formatted(key, Refusal.shown(name), NearestMatch.hint(name, names))));
  }

  /** The last word on a key. */
  private static @Nullable String said(
      String key, List<String> names, ObjectNode file, List<String> overrides) {
    JsonNode value = file.path(key);
    for (String override : overrides) {
      int equals = override.indexOf('=');
      if (equals >= 0 && override.substring(0, equals).strip().equals(key)) {
        value = JsonNodeFactory.instance.stringNode(override.substring(equals + 1));
      }
    }
    if (value.isMissingNode()) {
      return null;
    }
    if (!value.isString()) {
      throw Refusal.of(
          "config: %s must be one of %s (got %s)".formatted(key, names, Refusal.shown(value)));
    }
    return value.asString();
  }
}
