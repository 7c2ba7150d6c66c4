package org.tflion.tpu.graph;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorShapeProto;
import org.tflion.tpu.Require;

/**
 * The nodes of a computation that a TPU runs: all that its results depend on, up to its inputs and
 * to the handles of variables, which stay on the host.
 */
final class Members {

  private static final String HANDLE = "VarHandleOp";

  /** Variables that are no resources. */
  private static final Set<String> REFERENCES = Set.of("Variable", "VariableV2");

  /** What {@code tpu.replicate} of TensorFlow refuses as well. */
  private static final Set<String> HOST =
      Set.of(
          "AudioSummary",
          "AudioSummaryV2",
          "HistogramSummary",
          "ImageSummary",
          "MergeSummary",
          "Print",
          "PrintV2",
          "PyFunc",
          "ScalarSummary",
          "TensorSummary",
          "TensorSummaryV2");

  /** Loops and branches whose parts are nodes of the graph. */
  private static final Set<String> FLOW =
      Set.of("Enter", "Exit", "LoopCond", "Merge", "NextIteration", "Switch");

  private Members() {}

  /**
   * Finds them, in the order of the graph.
   *
   * @throws IllegalArgumentException if one cannot run on a TPU, or is needed elsewhere as well
   */
  static Set<String> of(Computation computation) {
    Map<String, NodeDef> nodes = Computation.nodes(computation.graph());
    Set<String> reached = new LinkedHashSet<>();
    Deque<String> open = new ArrayDeque<>();
    computation.outputs().forEach(output -> open.add(Edge.node(output.tensor())));
    open.addAll(computation.targets());
    while (!open.isEmpty()) {
      String name = open.pop();
      NodeDef node = nodes.get(name);
      Require.that(node != null, "Members: the graph must hold each input of its nodes", name);
      boolean outside =
          computation.inputs().contains(name)
              || Objects.requireNonNull(node).getOp().equals(HANDLE);
      if (!outside && reached.add(name)) {
        check(Objects.requireNonNull(node));
        node.getInputList().forEach(edge -> open.add(Edge.node(edge)));
      }
    }
    Set<String> ordered = new LinkedHashSet<>(nodes.keySet());
    ordered.retainAll(reached);
    computation.graph().getNodeList().stream()
        .filter(node -> !reached.contains(node.getName()))
        .forEach(node -> checkOutside(node, reached));
    return ordered;
  }

  private static void check(NodeDef node) {
    String op = node.getOp();
    require(!op.equals("Placeholder"), node, "must be among the inputs");
    require(!REFERENCES.contains(op), node, "must be a resource variable");
    require(
        !HOST.contains(op) && !hasType(node, DataType.DT_STRING),
        node,
        "runs on the host; move it out of the computation");
    require(!FLOW.contains(op), node, "must be a loop or branch by functions, such as While or If");
    require(node.getDevice().isEmpty(), node, "must leave its device to the TPU worker");
    require(
        !node.containsAttr(Replication.CLUSTER), node, "must not be part of a computation already");
  }

  private static void checkOutside(NodeDef node, Set<String> inside) {
    for (String edge : node.getInputList()) {
      require(
          !inside.contains(Edge.node(edge)),
          node,
          "must not use " + Edge.node(edge) + ", whose value stays on the TPU; make it an output");
    }
  }

  private static void require(boolean holds, NodeDef node, String rule) {
    Require.that(holds, "Replication: " + node.getName() + " " + rule, node.getOp());
  }

  private static boolean hasType(NodeDef node, DataType type) {
    return node.getAttrMap().values().stream()
        .anyMatch(value -> value.getType() == type || value.getList().getTypeList().contains(type));
  }

  /** Refuses inputs whose shapes a TPU could not know in advance. */
  static void checkInput(NodeDef placeholder) {
    TensorShapeProto shape =
        placeholder.getAttrOrDefault("shape", AttrValue.getDefaultInstance()).getShape();
    List<Long> sizes = shape.getDimList().stream().map(TensorShapeProto.Dim::getSize).toList();
    Require.that(
        !shape.getUnknownRank() && sizes.stream().allMatch(size -> size >= 0),
        "Replication: " + placeholder.getName() + " must have a static shape",
        sizes);
  }
}
