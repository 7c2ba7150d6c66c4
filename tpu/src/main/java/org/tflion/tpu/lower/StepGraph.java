package org.tflion.tpu.lower;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorShapeProto;
import org.tflion.tpu.Require;

/**
 * A graph whose training step is one function call that XLA must compile.
 *
 * @param graph the graph with its function library
 * @param call name of the {@code StatefulPartitionedCall} with {@code _XlaMustCompile}
 */
public record StepGraph(GraphDef graph, String call) {

  public StepGraph {
    NodeDef node = nodes(graph).getOrDefault(call, NodeDef.getDefaultInstance());
    Require.that(
        node.getName().equals(call), "StepGraph: the graph must hold the call by this name", call);
    Require.that(
        node.getOp().equals("StatefulPartitionedCall")
            && node.getAttrOrDefault("_XlaMustCompile", AttrValue.getDefaultInstance()).getB(),
        "StepGraph: the step must be one StatefulPartitionedCall with _XlaMustCompile=true",
        node.getOp() + " " + call);
    for (NodeDef each : graph.getNodeList()) {
      if (each.getOp().equals("Placeholder")) {
        Require.that(
            isStatic(shape(each)),
            "StepGraph: placeholder "
                + each.getName()
                + " must have a static shape; give it one when building the graph",
            shape(each).getDimList().stream().map(TensorShapeProto.Dim::getSize).toList());
      }
    }
  }

  static Map<String, NodeDef> nodes(GraphDef graph) {
    return graph.getNodeList().stream()
        .collect(Collectors.toMap(NodeDef::getName, Function.identity()));
  }

  static TensorShapeProto shape(NodeDef node) {
    return node.getAttrOrDefault("shape", AttrValue.getDefaultInstance()).getShape();
  }

  private static boolean isStatic(TensorShapeProto shape) {
    return !shape.getUnknownRank()
        && shape.getDimList().stream().allMatch(dimension -> dimension.getSize() >= 0);
  }

  /** Returns the nodes that provide the call's arguments, in order. */
  List<NodeDef> inputs() {
    Map<String, NodeDef> nodes = nodes(graph);
    NodeDef node = requireNonNull(nodes.get(call));
    return node.getInputList().stream()
        .filter(input -> !input.startsWith("^"))
        .map(input -> requireNonNull(nodes.get(input.replaceFirst(":\\d+$", ""))))
        .toList();
  }
}
