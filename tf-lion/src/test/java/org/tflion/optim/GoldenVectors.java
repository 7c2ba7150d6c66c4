package org.tflion.optim;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.ndarray.Shape;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Reference cases, in double precision, from a file that lies beside the repository. */
final class GoldenVectors {

  private static final Path FILE = Path.of("..", "..", "shared", "golden", "vectors.json");

  private GoldenVectors() {}

  /** One case; the test that asks is skipped where the file is absent. */
  static Case named(String name) {
    assumeTrue(Files.exists(FILE), () -> "no reference vectors at " + FILE);
    for (JsonNode node : new ObjectMapper().readTree(FILE.toFile()).get("cases")) {
      if (node.get("name").asString().equals(name)) {
        return new Case(node);
      }
    }
    throw new IllegalArgumentException("no case named " + name);
  }

  record Case(JsonNode node) {

    boolean has(String hyper) {
      return node.get("hyper").has(hyper) && !node.get("hyper").get(hyper).isNull();
    }

    boolean flag(String hyper) {
      return node.get("hyper").get(hyper).asBoolean();
    }

    double hyper(String name) {
      return node.get("hyper").get(name).asDouble();
    }

    /** The learning rates of the updates, one or many. */
    double[] rates() {
      JsonNode rate = node.get("hyper").get("lr");
      return rate.isArray() ? flat(rate) : new double[] {rate.asDouble()};
    }

    double[] parameters() {
      return flat(node.get("inputs").get("params"));
    }

    Shape shape() {
      List<Long> sizes = new ArrayList<>();
      for (JsonNode level = node.get("inputs").get("params");
          level.isArray();
          level = level.get(0)) {
        sizes.add((long) level.size());
      }
      return Shape.of(sizes.stream().mapToLong(Long::longValue).toArray());
    }

    int steps() {
      return node.get("steps").size();
    }

    JsonNode step(int step) {
      return node.get("steps").get(step);
    }

    /** One tensor of a value that is a tree of several. */
    double[] leaf(JsonNode tree, String name) {
      return flat(tree.get(name));
    }

    double[] gradient(int step) {
      return flat(node.get("inputs").get("grads").get(step));
    }

    double[] expected(int step, String name) {
      return flat(step(step).get(name));
    }
  }

  private static double[] flat(JsonNode node) {
    List<Double> values = new ArrayList<>();
    collect(node, values);
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static void collect(JsonNode node, List<Double> values) {
    if (node.isArray()) {
      node.forEach(child -> collect(child, values));
    } else {
      values.add(node.asDouble());
    }
  }
}
