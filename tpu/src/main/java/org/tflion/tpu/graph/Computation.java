package org.tflion.tpu.graph;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tflion.tpu.Require;

/**
 * A part of a graph that is to run on TPUs.
 *
 * @param graph with everything it needs; what it does not need stays as it is
 * @param inputs names of placeholders, each fed with a value of its own in every replica
 * @param outputs tensors to fetch
 * @param targets names of operations that run for what they do, such as an assignment
 */
public record Computation(
    GraphDef graph, List<String> inputs, List<Output> outputs, List<String> targets) {

  /**
   * A tensor to fetch.
   *
   * @param tensor its name, such as {@code loss:0}
   * @param type of its values, which a graph does not say
   */
  public record Output(String tensor, DataType type) {}

  /**
   * Checks the names.
   *
   * @throws IllegalArgumentException if the graph lacks one, an input is no placeholder, or there
   *     is nothing to compute
   */
  public Computation {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    targets = List.copyOf(targets);
    Map<String, NodeDef> nodes = nodes(graph);
    for (String input : inputs) {
      Require.that(
          nodes.getOrDefault(input, NodeDef.getDefaultInstance()).getOp().equals("Placeholder"),
          "Computation: an input must be the name of a placeholder of the graph",
          input);
    }
    for (Output output : outputs) {
      Require.that(
          nodes.containsKey(Edge.node(output.tensor())) && !Edge.isControl(output.tensor()),
          "Computation: an output must be a tensor of the graph, such as loss:0",
          output.tensor());
    }
    for (String target : targets) {
      Require.that(
          nodes.containsKey(target),
          "Computation: a target must be the name of an operation of the graph",
          target);
    }
    Require.that(
        !outputs.isEmpty() || !targets.isEmpty(),
        "Computation: give at least one output or target",
        targets);
  }

  static Map<String, NodeDef> nodes(GraphDef graph) {
    Map<String, NodeDef> nodes = new LinkedHashMap<>();
    graph.getNodeList().forEach(node -> nodes.put(node.getName(), node));
    return nodes;
  }
}
