package org.tflion.cli.verify;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.ndarray.Shape;
import tools.jackson.databind.JsonNode;

/**
 * One case of a file of reference vectors.
 *
 * @param node an object with {@code name}, {@code hyper}, {@code inputs} and {@code steps}
 */
record VectorCase(JsonNode node) {

  String name() {
    return node.path("name").asString("");
  }

  boolean has(String hyper) {
    JsonNode value = node.path("hyper").path(hyper);
    return !value.isMissingNode() && !value.isNull();
  }

  /** A number of the case's settings. */
  double hyper(String key) {
    return number(node.path("hyper").path(key), "hyper." + key);
  }

  boolean flag(String key) {
    return node.path("hyper").path(key).asBoolean(false);
  }

  /** The learning rate of each update, or of all. */
  double[] rates() {
    return flat("hyper.lr", node.path("hyper").path("lr"));
  }

  JsonNode inputs() {
    return node.path("inputs");
  }

  List<JsonNode> steps() {
    List<JsonNode> steps = new ArrayList<>();
    node.path("steps").forEach(steps::add);
    return steps;
  }

  /** The numbers of nested arrays, row by row. */
  double[] flat(String what, JsonNode nested) {
    List<Double> values = new ArrayList<>();
    collect(what, nested, values);
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private void collect(String what, JsonNode nested, List<Double> values) {
    if (nested.isArray()) {
      nested.forEach(child -> collect(what, child, values));
    } else {
      values.add(number(nested, what));
    }
  }

  private double number(JsonNode value, String what) {
    if (!value.isNumber()) {
      throw new IllegalArgumentException(
          "vectors: " + what + " of case " + name() + " must be a number (got " + value + ")");
    }
    return value.asDouble();
  }

  /** The shape of nested arrays. */
  static Shape shape(JsonNode nested) {
    List<Long> sizes = new ArrayList<>();
    for (JsonNode level = nested; level.isArray(); level = level.path(0)) {
      sizes.add((long) level.size());
    }
    return Shape.of(sizes.stream().mapToLong(Long::longValue).toArray());
  }
}
