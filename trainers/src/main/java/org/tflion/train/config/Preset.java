package org.tflion.train.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A config that comes with the program.
 *
 * @param keys what it sets, whichever optimizer is chosen
 * @param optimizers by name, what it sets in that section when the name is chosen
 */
record Preset(ObjectNode keys, Map<String, ObjectNode> optimizers) {

  /** The preset of a run that names none. */
  static final String DEFAULT = "nano";

  static final List<String> NAMES =
      List.of(
          DEFAULT, "shakespeare", "lm-110m", "lm-336m", "lm-731m", "lm-1.1b", "lm-2.1b", "lm-7.5b");

  /**
   * Reads the preset of a name.
   *
   * @throws IllegalArgumentException if there is none, naming the nearest
   */
  static Preset of(String name) {
    if (!NAMES.contains(name)) {
      throw Refusal.of(
          "config: preset %s is unknown, %s"
              .formatted(Refusal.shown(name), NearestMatch.hint(name, NAMES)));
    }
    String source = "preset " + name;
    ObjectNode keys = YamlText.sections(source, text(name));
    JsonNode choices = keys.remove("optimizers");
    Map<String, ObjectNode> optimizers = new TreeMap<>();
    for (Map.Entry<String, JsonNode> choice : choices.properties()) {
      ObjectNode section = JsonNodeFactory.instance.objectNode();
      section.set("optimizer", choice.getValue());
      ConfigKeys.ALL.check(source, section);
      optimizers.put(choice.getKey(), section);
    }
    ConfigKeys.ALL.check(source, keys.put("preset", name));
    return new Preset(keys, optimizers);
  }

  private static String text(String name) {
    try (InputStream in = Preset.class.getResourceAsStream("presets/" + name + ".yaml")) {
      if (in == null) {
        throw new IllegalStateException("preset " + name + " is missing from the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
