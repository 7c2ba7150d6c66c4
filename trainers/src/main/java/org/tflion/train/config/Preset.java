package org.tflion.train.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A config that comes with the program.
 *
 * @param keys what it sets, whichever optimizer is chosen
 * @param optimizers by name, what it sets when that optimizer is chosen
 */
record Preset(ObjectNode keys, Map<String, ObjectNode> optimizers) {

  /**
   * Whose learning rate and decay an optimizer begins with where a preset says nothing of it: those
   * that move every weight equally far take Lion's, those that divide by a root mean square
   * AdamW's. The others have no such relative, so their rate has to be given.
   */
  private static final Map<String, String> LIKE =
      Map.of(
          "signum", "lion",
          "sign_momentum", "lion",
          "program", "lion",
          "radam", "adamw",
          "nadam", "adamw",
          "adabelief", "adamw",
          "amsgrad", "adamw");

  /** Relative to the size of a weight; T5 (Raffel et al., 2020) for its first 10,000 updates. */
  private static final double ADAFACTOR_RATE = 0.01;

  /** What it sets when an optimizer is chosen; nothing where nobody can know. */
  ObjectNode settings(String optimizer) {
    ObjectNode own = optimizers.get(optimizer);
    if (own != null) {
      return own;
    }
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    ObjectNode section = tree.putObject("optimizer");
    ObjectNode like = optimizers.get(LIKE.getOrDefault(optimizer, ""));
    if (like != null) {
      section.set("learning_rate", like.at("/optimizer/learning_rate"));
      section.set("weight_decay", like.at("/optimizer/weight_decay"));
    } else {
      section.put("weight_decay", 0.0);
    }
    if (optimizer.equals("adafactor")) {
      section.put("learning_rate", ADAFACTOR_RATE);
    }
    return tree;
  }

  /**
   * Reads the preset of a name.
   *
   * @param name one that a task brings
   * @param known keys that there are
   * @throws IllegalArgumentException if it has another key
   */
  static Preset of(String name, ConfigKeys known) {
    String source = "preset " + name;
    ObjectNode keys = YamlText.sections(source, text(name));
    JsonNode choices = keys.remove("optimizers");
    Map<String, ObjectNode> optimizers = new TreeMap<>();
    for (Map.Entry<String, JsonNode> choice : choices.properties()) {
      ObjectNode section = JsonNodeFactory.instance.objectNode();
      section.set("optimizer", choice.getValue());
      known.check(source, section);
      optimizers.put(choice.getKey(), section);
    }
    known.check(source, keys);
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
