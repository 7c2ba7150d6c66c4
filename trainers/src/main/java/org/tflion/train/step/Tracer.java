package org.tflion.train.step;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.ConcreteFunction;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.proto.DataType;

/**
 * Makes calls of functions out of parts of a graph.
 *
 * @param graph that the parts are of
 * @param inputs where a part ends: what is fed, and the handles of variables
 */
record Tracer(Graph graph, List<Input> inputs) {

  /** A node of the graph, and what it provides. */
  record Input(Operand<?> operand, TracedStep.Argument argument) {

    GraphOperation op() {
      return (GraphOperation) operand.op();
    }
  }

  /** The part of the graph that some results depend on, as one call of a graph of its own. */
  TracedStep trace(String name, int times, Map<String, Operand<?>> results) {
    Set<GraphOperation> needed = graph.subgraphTo(new HashSet<>(results.values()));
    List<Input> used = inputs.stream().filter(input -> needed.contains(input.op())).toList();
    Signature.Builder signature = Signature.builder(name);
    for (int i = 0; i < used.size(); i++) {
      signature.input("in" + i, used.get(i).operand());
    }
    results.forEach(signature::output);
    try (ConcreteFunction function = ConcreteFunction.create(signature.build(), graph);
        Graph outer = new Graph()) {
      Ops tf = Ops.create(outer);
      outer.attachFunction(function);
      OperationBuilder call = tf.scope().opBuilder("StatefulPartitionedCall", name);
      call.addInputList(used.stream().map(input -> provider(tf, input)).toArray(Output<?>[]::new));
      call.setAttr(
          "Tout",
          results.values().stream().map(r -> r.asOutput().dataType()).toArray(DataType[]::new));
      call.setAttr("f", function).setAttr("_XlaMustCompile", true).build();
      return new TracedStep(
          name,
          times,
          outer.toGraphDef(),
          used.stream().map(Input::argument).toList(),
          List.copyOf(results.keySet()));
    }
  }

  /** A node of the outer graph under the name of the argument's. */
  private static Output<?> provider(Ops tf, Input input) {
    boolean variable = input.op().type().equals(VarHandleOp.OP_NAME);
    String type = variable ? VarHandleOp.OP_NAME : Placeholder.OP_NAME;
    OperationBuilder node = tf.scope().opBuilder(type, input.argument().node());
    if (variable) {
      var attributes = input.op().attributes();
      node.setAttr("shared_name", input.argument().node());
      node.setAttr("dtype", attributes.getAttrType("dtype"));
      node.setAttr("shape", attributes.getAttrShape("shape"));
    } else {
      Shape shape = input.operand().shape();
      node.setAttr("dtype", input.operand().asOutput().dataType()).setAttr("shape", shape);
    }
    return node.build().output(0);
  }
}
