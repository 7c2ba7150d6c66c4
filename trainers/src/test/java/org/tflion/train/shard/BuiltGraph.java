package org.tflion.train.shard;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.tensorflow.proto.NodeDef;

/** The nodes of a step's graph by name, for tests that read edges instead of running them. */
record BuiltGraph(Map<String, NodeDef> nodes) {

  static BuiltGraph of(ShardedStep step) {
    Map<String, NodeDef> nodes = new LinkedHashMap<>();
    step.graph().toGraphDef().getNodeList().forEach(node -> nodes.put(node.getName(), node));
    return new BuiltGraph(nodes);
  }

  NodeDef node(String name) {
    return requireNonNull(nodes.get(name), name);
  }

  /** Name of the node that an input comes from. */
  static String source(String input) {
    return input.replaceAll("^\\^|:\\d+$", "");
  }

  /** Number of the device that a node lies on. */
  static int device(NodeDef node) {
    return Integer.parseInt(node.getDevice().replaceAll(".*:", ""));
  }

  Set<String> ancestors(String node) {
    return ancestors(node, other -> false);
  }

  /** All that a node waits for, but not what those wait for at which to end. */
  Set<String> ancestors(String node, Predicate<NodeDef> end) {
    Set<String> seen = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(node));
    while (!open.isEmpty()) {
      for (String input : node(open.remove()).getInputList()) {
        String name = source(input);
        if (seen.add(name) && !end.test(node(name))) {
          open.add(name);
        }
      }
    }
    return seen;
  }

  /** The calls of the parts' functions and of their gradients on a device, in their order. */
  List<String> calls(int device) {
    return nodes.values().stream()
        .filter(node -> isCall(node) && device(node) == device)
        .map(NodeDef::getName)
        .toList();
  }

  private static boolean isCall(NodeDef node) {
    return node.getOp().equals("StatefulPartitionedCall")
        && node.getName().matches("(last-)?part(-gradient)?(_\\d+)?");
  }

  /** The reads of weights whose values go into a call and have not been through another. */
  List<NodeDef> reads(String call) {
    return ancestors(call, BuiltGraph::isCall).stream()
        .map(this::node)
        .filter(node -> node.getOp().equals("ReadVariableOp"))
        .filter(node -> !source(node.getInput(0)).equals("updates"))
        .toList();
  }
}
