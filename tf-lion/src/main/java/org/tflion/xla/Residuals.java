package org.tflion.xla;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * The values inside a function that its gradient reads, and that depend on more than its weights.
 *
 * @param values each from an operation of the function
 */
record Residuals(List<Output<?>> values) {

  static final Residuals NONE = new Residuals(List.of());

  /**
   * Finds them.
   *
   * @param passing parameters that are no weights
   * @param y the function's value
   * @param gradients in the same graph
   */
  static Residuals of(
      Graph graph, List<Operand<?>> passing, Output<?> y, List<Output<?>> gradients) {
    Set<GraphOperation> forward = needed(graph, List.of(y));
    Set<GraphOperation> all = needed(graph, gradients);
    Set<GraphOperation> passed = new HashSet<>();
    passing.forEach(value -> passed.add(operation(value)));
    Set<Output<?>> kept = new LinkedHashSet<>();
    // Operations come in the order in which they were added: each after its inputs.
    for (Iterator<GraphOperation> each = graph.operations(); each.hasNext(); ) {
      GraphOperation op = each.next();
      for (int i = 0; i < op.numInputs(); i++) {
        GraphOperation input = operation(op.input(i));
        if (passed.contains(input) && forward.contains(op)) {
          passed.add(op);
        } else if (passed.contains(input)
            && all.contains(op)
            && !input.type().equals(Placeholder.OP_NAME)) {
          kept.add(op.input(i));
        }
      }
    }
    return new Residuals(List.copyOf(kept));
  }

  private static GraphOperation operation(Operand<?> value) {
    return (GraphOperation) value.asOutput().op();
  }

  /** All operations that values are made by, their own included. */
  private static Set<GraphOperation> needed(Graph graph, List<Output<?>> values) {
    Set<GraphOperation> needed = new HashSet<>(graph.subgraphTo(new HashSet<>(values)));
    values.forEach(value -> needed.add(operation(value)));
    return needed;
  }

  /**
   * The same graph with these values as parameters, the last of them.
   *
   * @param body with the function and its gradient
   * @param results of the gradient
   */
  FunctionBody cut(FunctionBody body, List<Operand<?>> parameters, List<Output<?>> results) {
    List<Operand<?>> all = new ArrayList<>(parameters);
    Map<String, String> instead = new HashMap<>();
    for (Output<?> value : values) {
      Operand<?> placeholder = body.placeholder(value);
      all.add(placeholder);
      instead.put(tensor(value), placeholder.asOutput().op().name());
    }
    GraphDef.Builder cut = body.graph().toGraphDef().toBuilder();
    for (NodeDef.Builder node : cut.getNodeBuilderList()) {
      for (int i = 0; i < node.getInputCount(); i++) {
        node.setInput(i, instead.getOrDefault(node.getInput(i), node.getInput(i)));
      }
    }
    FunctionBody copy = FunctionBody.create();
    copy.graph().importGraphDef(cut.build());
    all.forEach(value -> copy.parameters().add(copied(copy, value)));
    results.forEach(value -> copy.results().add(copied(copy, value)));
    return copy;
  }

  private static Output<?> copied(FunctionBody copy, Operand<?> value) {
    Output<?> output = value.asOutput();
    return copy.graph().operationOrThrow(output.op().name()).output(output.index());
  }

  private static String tensor(Output<?> value) {
    String name = value.op().name();
    return value.index() == 0 ? name : name + ":" + value.index();
  }
}
