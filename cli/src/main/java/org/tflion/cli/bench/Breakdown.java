package org.tflion.cli.bench;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.tensorflow.proto.DeviceStepStats;
import org.tensorflow.proto.NodeExecStats;
import org.tensorflow.proto.RunMetadata;

/**
 * Where the time of a step goes, by what TensorFlow recorded of each operation.
 *
 * <p>An operation belongs to a part by its kind and the name of its node. Operations run beside
 * each other, so the parts add up to more than the step; of several steps, the shortest time of
 * every operation counts, as the others were disturbed. Calls of functions that are not compiled
 * are left out, as their operations are there themselves. A step that is compiled as a whole is one
 * operation, {@code whole_step}.
 */
final class Breakdown {

  private static final String WHOLE = "whole_step";

  private final Map<String, Double> shortest = new LinkedHashMap<>();
  private final Map<String, String> parts = new LinkedHashMap<>();

  /** Takes in the record of one step. */
  void add(RunMetadata metadata) {
    Map<String, Integer> calls = new HashMap<>();
    for (DeviceStepStats device : metadata.getStepStats().getDevStatsList()) {
      for (NodeExecStats node : device.getNodeStatsList()) {
        String kind = kind(node.getTimelineLabel());
        String part = part(node.getNodeName(), kind);
        if (!part.isEmpty()) {
          double ms = (node.getOpEndRelMicros() - node.getOpStartRelMicros()) / 1e3;
          // A function that is called for every block has the same nodes every time.
          int call = calls.merge(node.getNodeName(), 1, Integer::sum);
          String operation = node.getNodeName() + ", call " + call;
          shortest.merge(operation, ms, Math::min);
          parts.put(operation, part);
        }
      }
    }
  }

  /** Milliseconds of every part, summed over its operations. */
  Map<String, Double> milliseconds() {
    Map<String, Double> sums = new LinkedHashMap<>();
    for (String part :
        new String[] {
          "matrix_products", "attention", "norms", "activation", "loss", "update", "other"
        }) {
      sums.put(part, 0.0);
    }
    shortest.forEach((operation, ms) -> sums.merge(parts.get(operation), ms, Double::sum));
    if (parts.containsValue("matrix_products")) {
      sums.remove(WHOLE);
    }
    return sums;
  }

  /** The kind of an operation in a label such as {@code name = Kind(inputs)}. */
  private static String kind(String label) {
    int equals = label.indexOf(" = ");
    int open = label.indexOf('(', Math.max(equals, 0));
    return equals < 0 || open < 0 ? "" : label.substring(equals + 3, open);
  }

  private static String part(String node, String kind) {
    String name = node.toLowerCase(Locale.ROOT);
    boolean ofLoss = kind.contains("Cross");
    // The gradient of a layer that widens is a BatchMatMul, too.
    boolean ofLayer = name.contains("product");
    if ((kind.contains("BatchMatMul") && !ofLayer) || (kind.contains("Softmax") && !ofLoss)) {
      return "attention";
    } else if (kind.contains("MatMul")) {
      return "matrix_products";
    } else if (name.contains("heads")
        || name.contains("attention")
        || kind.contains("Transpose")
        || (name.contains("softmax") && !ofLoss)) {
      return "attention";
    } else if (name.contains("norm")) {
      return "norms";
    } else if (name.contains("activation")) {
      return "activation";
    } else if (name.contains("loss") || kind.contains("CrossEntropy")) {
      return "loss";
    } else if (name.contains("update") || kind.equals("L2Loss") || kind.equals("IsFinite")) {
      return "update";
    } else if (name.contains("forward-backward")) {
      return WHOLE;
    } else if (kind.endsWith("PartitionedCall") || name.contains("recomputed")) {
      return "";
    }
    return "other";
  }
}
