package org.tflion.train.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tflion.train.data.SourceConfig;
import org.tflion.train.loop.SampleConfig;
import org.tflion.train.model.ModelConfig;
import org.tflion.train.task.Task;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The keys of a config file, read off the records that it fills: {@code model.head_width} is
 * component {@code headWidth} of the record in component {@code model}.
 */
final class ConfigKeys {

  /** What a key holds: a section of more keys, a list of sections, or a value of some type. */
  record Key(Class<?> type, boolean optional, boolean nested) {

    boolean isSection() {
      return type.isRecord();
    }

    /** The values it takes, in words. */
    String rule() {
      if (isSection()) {
        return "a section of keys";
      } else if (type == boolean.class || type == Boolean.class) {
        return "true or false";
      } else if (type == int.class || type == Integer.class) {
        return "a whole number of at most " + Integer.MAX_VALUE;
      } else if (type == long.class) {
        return "a whole number";
      } else if (type == List.class) {
        return nested ? "a list of sections" : "a list of texts";
      }
      return type == String.class ? "text, in quotes if it looks like something else" : "a number";
    }
  }

  private final Map<String, Key> keys = new LinkedHashMap<>();
  private final Task<?, ?> task;

  /** All keys of the config of a run. */
  ConfigKeys(Task<?, ?> task) {
    this.task = task;
    add("", TrainConfig.class);
  }

  /** The record of a section: that of the model and that of the data are the task's own. */
  private Class<?> type(RecordComponent component) {
    if (component.getType() == ModelConfig.class) {
      return task.modelConfig();
    }
    return component.getType() == SourceConfig.class ? task.dataConfig() : component.getType();
  }

  private boolean isWanted(RecordComponent component) {
    return component.getType() != SampleConfig.class || task.writesText();
  }

  private void add(String prefix, Class<?> section) {
    for (RecordComponent component : section.getRecordComponents()) {
      if (!isWanted(component)) {
        continue;
      }
      String name = prefix + snakeCase(component.getName());
      Class<?> type = type(component);
      boolean optional = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
      Optional<Class<?>> element = recordInList(component);
      keys.put(name, new Key(type, optional, element.isPresent()));
      if (type.isRecord()) {
        add(name + ".", type);
      }
      element.ifPresent(record -> addElement(name + ".", record));
    }
  }

  /** Keys that stand in a list: none of them can be missing from the tree as a whole. */
  private void addElement(String prefix, Class<?> section) {
    for (RecordComponent component : section.getRecordComponents()) {
      String name = prefix + snakeCase(component.getName());
      keys.put(name, new Key(component.getType(), true, false));
    }
  }

  /** The record that a list is made of, if the component is such a list. */
  private static Optional<Class<?>> recordInList(RecordComponent component) {
    return component.getGenericType() instanceof ParameterizedType type
            && type.getActualTypeArguments()[0] instanceof Class<?> element
            && element.isRecord()
        ? Optional.of(element)
        : Optional.empty();
  }

  static String snakeCase(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }

  /**
   * What a key holds.
   *
   * @param source who names the key, for the refusal
   * @throws IllegalArgumentException if there is no such key, naming the nearest
   */
  Key get(String source, String name) {
    Key key = keys.get(name);
    if (key == null) {
      throw Refusal.of(
          "%s: key %s is unknown, %s".formatted(source, Refusal.shown(name), hint(name)));
    }
    return key;
  }

  /** A key may be right but in the wrong section, or misspelled. */
  private String hint(String name) {
    String last = name.substring(name.lastIndexOf('.') + 1);
    for (String key : keys.keySet()) {
      if (key.endsWith("." + last)) {
        return "did you mean " + key + "?";
      }
    }
    String section = name.substring(0, name.length() - last.length());
    return children(section).isEmpty()
        ? NearestMatch.hint(name.substring(0, name.indexOf('.')), children(""))
        : NearestMatch.hint(last, children(section));
  }

  /** The keys of a section, without its name. */
  private List<String> children(String prefix) {
    return keys.keySet().stream()
        .filter(key -> key.startsWith(prefix))
        .map(key -> key.substring(prefix.length()))
        .filter(key -> key.indexOf('.') < 0)
        .toList();
  }

  /**
   * Refuses a tree with an unknown key, or with a value where a section belongs.
   *
   * @param source who wrote the tree, for the refusal
   */
  void check(String source, ObjectNode tree) {
    check(source, "", tree);
  }

  private void check(String source, String prefix, ObjectNode section) {
    for (Map.Entry<String, JsonNode> entry : section.properties()) {
      String name = prefix + entry.getKey();
      Key key = get(source, name);
      if (key.nested()) {
        entry.getValue().forEach(element -> checkElement(source, name + ".", element));
      }
      if (!key.isSection()) {
        continue;
      }
      if (!(entry.getValue() instanceof ObjectNode below)) {
        throw Refusal.of(
            "%s: %s must be a section with the keys %s (got %s)"
                .formatted(
                    source,
                    name,
                    String.join(", ", children(name + ".")),
                    Refusal.shown(entry.getValue())));
      }
      check(source, name + ".", below);
    }
  }

  /** Anything but a section is refused when the records are filled. */
  private void checkElement(String source, String prefix, JsonNode element) {
    if (element instanceof ObjectNode section) {
      check(source, prefix, section);
    }
  }

  /**
   * Refuses a tree that leaves out a key that has to be there.
   *
   * @throws IllegalArgumentException if so, naming the key
   */
  void requireAll(ObjectNode tree) {
    keys.forEach(
        (name, key) -> {
          JsonNode value = tree.at("/" + name.replace('.', '/'));
          if (!key.optional() && (value.isMissingNode() || value.isNull())) {
            throw Refusal.of("config: %s must be set to %s".formatted(name, key.rule()));
          }
        });
  }
}
