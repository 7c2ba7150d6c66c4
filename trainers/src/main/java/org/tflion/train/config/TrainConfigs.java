package org.tflion.train.config;

import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tflion.train.config.ResolvedConfig.Layer;
import org.tflion.train.step.OptimizerConfig;
import org.tflion.train.task.Task;
import org.tflion.train.task.Tasks;
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
    return Tasks.presets();
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
    return resolve(file, List.of(new Settings("override", overrides))).config();
  }

  /**
   * Overrides of one origin.
   *
   * @param source where they come from, in words
   * @param overrides as {@link #read} takes them
   */
  public record Settings(String source, List<String> overrides) {}

  /**
   * The same, with where each value comes from.
   *
   * @param settings in order
   */
  public static ResolvedConfig resolve(@Nullable Path file, List<Settings> settings) {
    ObjectNode keys = file == null ? JsonNodeFactory.instance.objectNode() : YamlText.read(file);
    List<String> overrides = settings.stream().flatMap(s -> s.overrides().stream()).toList();
    Choice choice = Choice.of(keys, overrides);
    choice.keys().check(String.valueOf(file), keys);
    List<Layer> said = new ArrayList<>(List.of(new Layer(String.valueOf(file), keys)));
    for (Settings each : settings) {
      for (String override : each.overrides()) {
        said.add(new Layer(each.source(), layer(choice.keys(), override)));
      }
    }
    List<Layer> layers = layered(choice.preset(), said);
    TrainConfig config = RecordBinder.bind(choice.task(), choice.keys(), merged(layers));
    return ResolvedConfig.of(config, layers);
  }

  /**
   * What a config is of, before anything else about it is looked at.
   *
   * @throws IllegalArgumentException as {@link #read}
   */
  public static Task<?, ?> task(@Nullable Path file, List<String> overrides) {
    ObjectNode keys = file == null ? JsonNodeFactory.instance.objectNode() : YamlText.read(file);
    return Choice.of(keys, overrides).task();
  }

  /**
   * Reads what {@link #write} made.
   *
   * @param source whose text it is, for the refusals
   * @throws IllegalArgumentException if anything about it is wrong
   */
  public static TrainConfig parse(String source, String yaml) {
    ObjectNode keys = YamlText.sections(source, yaml);
    Choice choice = Choice.of(keys, List.of());
    choice.keys().check(source, keys);
    List<Layer> layers = layered(choice.preset(), List.of(new Layer(source, keys)));
    return RecordBinder.bind(choice.task(), choice.keys(), merged(layers));
  }

  /** The config as YAML with every key, which reads back as an equal config. */
  public static String write(TrainConfig config) {
    return RecordBinder.write(config);
  }

  /**
   * The values of a section by their keys, such as {@code model.layers}.
   *
   * @param values the section's record
   */
  public static Map<String, @Nullable Object> keys(String section, Record values) {
    Map<String, @Nullable Object> keys = new LinkedHashMap<>();
    for (RecordComponent component : values.getClass().getRecordComponents()) {
      try {
        String key = section + "." + ConfigKeys.snakeCase(component.getName());
        keys.put(key, component.getAccessor().invoke(values));
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("a record of a config must be public", e);
      }
    }
    return keys;
  }

  private static List<Layer> layered(Preset preset, List<Layer> said) {
    List<Layer> layers = new ArrayList<>();
    ObjectNode all = merged(said);
    String own = preset.keys().path("preset").asString();
    layers.add(new Layer("preset " + own, preset.keys()));
    if (all.at("/optimizer/program").isString() && all.at("/optimizer/name").isMissingNode()) {
      ObjectNode program = JsonNodeFactory.instance.objectNode();
      program.putObject("optimizer").put("name", "program");
      layers.add(new Layer("as optimizer.program is set", program));
    }
    List<Layer> chosen = new ArrayList<>(layers);
    chosen.addAll(said);
    String optimizer = optimizer(merged(chosen));
    layers.add(1, new Layer("preset " + own + " for " + optimizer, preset.settings(optimizer)));
    layers.addAll(said);
    return layers;
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

  private static ObjectNode layer(ConfigKeys keys, String override) {
    int equals = override.indexOf('=');
    if (equals < 0) {
      throw Refusal.of(
          "override must be KEY=VALUE, such as train.steps=100 (got %s)"
              .formatted(Refusal.shown(override)));
    }
    String name = override.substring(0, equals).strip();
    ConfigKeys.Key key = keys.get("override", name);
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
    keys.check("override", tree);
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

  private static ObjectNode merged(List<Layer> layers) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    layers.forEach(layer -> merge(tree, layer.keys()));
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
