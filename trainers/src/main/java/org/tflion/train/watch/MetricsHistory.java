package org.tflion.train.watch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The lines of a {@code metrics.jsonl} as curves over the steps. Lines that are damaged, such as
 * one that is being written, and values that are no finite numbers are left out.
 *
 * @param curves by the keys of the file
 */
public record MetricsHistory(Map<String, Curve> curves) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException if it is not there or cannot be read
   */
  public static MetricsHistory read(Path file) {
    Map<String, List<Curve.Point>> points = new LinkedHashMap<>();
    try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
      lines.forEach(line -> add(line, points));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "a run must have metrics that can be read (got "
              + file
              + ": "
              + e.getClass().getSimpleName()
              + ")",
          e);
    }
    Map<String, Curve> curves = new LinkedHashMap<>();
    points.forEach((key, all) -> curves.put(key, new Curve(key, all)));
    return new MetricsHistory(curves);
  }

  private static void add(String line, Map<String, List<Curve.Point>> points) {
    JsonNode tree;
    try {
      tree = JSON.readTree(line);
    } catch (JacksonException e) {
      return;
    }
    double step = tree.path("step").asDouble(Double.NaN);
    for (Map.Entry<String, JsonNode> entry : tree.properties()) {
      double value = entry.getValue().isNumber() ? entry.getValue().asDouble() : Double.NaN;
      if (Double.isFinite(step) && Double.isFinite(value)) {
        points
            .computeIfAbsent(entry.getKey(), key -> new ArrayList<>())
            .add(new Curve.Point(step, value));
      }
    }
  }

  /** What was measured in validation besides the loss. */
  List<String> metrics() {
    return curves.keySet().stream()
        .filter(key -> key.startsWith("val_") && !key.equals("val_loss"))
        .map(key -> key.substring("val_".length()))
        .toList();
  }

  /** One curve under a name of its own; without points if the file never had the key. */
  public Curve curve(String key, String name) {
    Curve curve = curves.get(key);
    return new Curve(name, curve == null ? List.of() : curve.points());
  }
}
