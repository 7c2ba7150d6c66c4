package org.tflion.train.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tflion.train.step.OptimizerConfig;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes the config of a run.
 *
 * <p>A config is made of layers, each over the one before: a preset; what the preset says of the
 * chosen optimizer; a YAML file; and overrides, in order. Every fault, in any layer, is an {@link
 * IllegalArgumentException} of one line that names the key, what it got, and the cure.
 */
public final class TrainConfigs {

  private TrainConfigs() {}

  /** The names of the presets. */
  public static List<String> presets() {
    return Preset.NAMES;
  }

  /**
   * Reads a config.
   *
   * @param file YAML with keys in snake_case, or null for none
   * @param overrides single settings such as {@code optimizer.name=adamw}; text is taken as it
   *     stands, a list is separated by commas or in brackets
   * @throws IllegalArgumentException if anything about it is wrong
   */
  public static TrainConfig read(@Nullable Path file, List<String> overrides) {
    List<ObjectNode> said = new ArrayList<>();
    if (file != null) {
      ObjectNode keys = YamlText.read(file);
      ConfigKeys.ALL.check(file.toString(), keys);
      said.add(keys);
    }
    overrides.forEach(override -> said.add(layer(override)));
    return RecordBinder.bind(layered(merged(said)));
  }

  /**
   * Reads what {@link #write} made.
   *
   * @param source whose text it is, for the refusals
   * @throws IllegalArgumentException if anything about it is wrong
   */
  public static TrainConfig parse(String source, String yaml) {
    ObjectNode keys = YamlText.sections(source, yaml);
    ConfigKeys.ALL.check(source, keys);
    return RecordBinder.bind(layered(keys));
  }

  /** The config as YAML with every key, which reads back as an equal config. */
  public static String write(TrainConfig config) {
    return RecordBinder.write(config);
  }

  private static ObjectNode layered(ObjectNode said) {
    Preset preset = Preset.of(preset(said));
    List<ObjectNode> layers = new ArrayList<>();
    layers.add(preset.keys());
    if (said.at("/optimizer/program").isString() && said.at("/optimizer/name").isMissingNode()) {
      said.withObject("/optimizer").put("name", "program");
    }
    String optimizer = optimizer(merged(List.of(preset.keys(), said)));
    layers.add(preset.settings(optimizer));
    layers.add(said);
    return merged(layers);
  }

  /** Checked before its record is built: under a wrong name, the name's own numbers are missing. */
  private static String optimizer(ObjectNode tree) {
    JsonNode name = tree.at("/optimizer/name");
    if (!name.isString() || !OptimizerConfig.NAMES.contains(name.asString())) {
      throw Refusal.of(
          "config: optimizer.name must be one of %s (got %s)"
              .formatted(OptimizerConfig.NAMES, Refusal.shown(name.asString(name.toString()))));
    }
    return name.asString();
  }

  private static String preset(ObjectNode tree) {
    JsonNode name = tree.path("preset");
    if (name.isMissingNode()) {
      return Preset.DEFAULT;
    }
    if (!name.isString()) {
      throw Refusal.of(
          "config: preset must be one of %s (got %s)".formatted(Preset.NAMES, Refusal.shown(name)));
    }
    return name.asString();
  }

  private static ObjectNode layer(String override) {
    int equals = override.indexOf('=');
    if (equals < 0) {
      throw Refusal.of(
          "override must be KEY=VALUE, such as train.steps=100 (got %s)"
              .formatted(Refusal.shown(override)));
    }
    String name = override.substring(0, equals).strip();
    ConfigKeys.Key key = ConfigKeys.ALL.get("override", name);
    if (key.isSection()) {
      throw Refusal.of(
          "override: %s is a section, set one of its keys (got %s)"
              .formatted(name, Refusal.shown(override)));
    }
    JsonNode value = value(name, key, override.substring(equals + 1));
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    int dot = name.indexOf('.');
    ObjectNode section = dot < 0 ? tree : tree.putObject(name.substring(0, dot));
    section.set(name.substring(dot + 1), value);
    ConfigKeys.ALL.check("override", tree);
    return tree;
  }

  /**
   * A prompt such as {@code ROMEO:} or a pattern such as {@code *.md} would not be text in YAML.
   */
  private static JsonNode value(String name, ConfigKeys.Key key, String text) {
    if (key.type() == String.class) {
      return JsonNodeFactory.instance.stringNode(text);
    }
    if (key.type() == List.class && !key.nested() && !text.startsWith("[")) {
      ArrayNode list = JsonNodeFactory.instance.arrayNode();
      for (String part : text.split(",", -1)) {
        list.add(part.strip());
      }
      return list;
    }
    return YamlText.value("override " + name, text);
  }

  private static ObjectNode merged(List<ObjectNode> layers) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    layers.forEach(layer -> merge(tree, layer));
    return tree;
  }

  private static void merge(ObjectNode below, ObjectNode above) {
    for (Map.Entry<String, JsonNode> entry : above.properties()) {
      if (entry.getValue() instanceof ObjectNode section) {
        if (!(below.get(entry.getKey()) instanceof ObjectNode)) {
          below.putObject(entry.getKey());
        }
        merge((ObjectNode) below.get(entry.getKey()), section);
      } else {
        below.set(entry.getKey(), entry.getValue());
      }
    }
  }
}
