package org.tflion.train.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A config with where each value comes from.
 *
 * @param config all of it
 * @param tree its keys, each section one level down
 * @param sources in words, by keys such as {@code model.layers}
 */
public record ResolvedConfig(TrainConfig config, JsonNode tree, Map<String, String> sources) {

  /** What nobody has set. */
  private static final String DEFAULT = "default of the program";

  /** Text that is itself in YAML, and nothing else such as a number. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_./-]*");

  private static final Pattern RESERVED = Pattern.compile("(?i)true|false|null|yes|no|on|off|y|n");

  private static final int COLUMN = 44;

  /**
   * Some of the keys, and who said them.
   *
   * @param source who
   * @param keys what
   */
  record Layer(String source, ObjectNode keys) {}

  /** Looks up every key of a config in the layers that it is made of, the last first. */
  static ResolvedConfig of(TrainConfig config, List<Layer> layers) {
    JsonNode tree = YamlText.sections("config", RecordBinder.write(config));
    Map<String, String> sources = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : tree.properties()) {
      if (entry.getValue() instanceof ObjectNode section) {
        for (String key : section.propertyNames()) {
          sources.put(entry.getKey() + "." + key, source(layers, entry.getKey() + "/" + key));
        }
      } else {
        sources.put(entry.getKey(), source(layers, entry.getKey()));
      }
    }
    return new ResolvedConfig(config, tree, sources);
  }

  private static String source(List<Layer> layers, String path) {
    for (int i = layers.size() - 1; i >= 0; i--) {
      if (!layers.get(i).keys().at("/" + path).isMissingNode()) {
        return layers.get(i).source();
      }
    }
    return DEFAULT;
  }

  /** The config as YAML that reads back as an equal config, a comment on every line. */
  public String yaml() {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, JsonNode> entry : tree.properties()) {
      if (entry.getValue() instanceof ObjectNode section) {
        text.append(entry.getKey()).append(":\n");
        for (Map.Entry<String, JsonNode> value : section.properties()) {
          String key = entry.getKey() + "." + value.getKey();
          line(text, "  " + value.getKey(), value.getValue(), key);
        }
      } else {
        line(text, entry.getKey(), entry.getValue(), entry.getKey());
      }
    }
    return text.toString();
  }

  /** JSON of one line is YAML, whatever it holds. */
  private void line(StringBuilder text, String name, JsonNode value, String key) {
    String shown = isPlain(value) ? value.stringValue() : value.toString();
    String line = name + ": " + shown;
    text.append(line).append(" ".repeat(Math.max(1, COLUMN - line.length())));
    text.append("# ").append(sources.get(key)).append('\n');
  }

  private static boolean isPlain(JsonNode value) {
    return value.isString()
        && PLAIN.matcher(value.stringValue()).matches()
        && !RESERVED.matcher(value.stringValue()).matches();
  }
}
