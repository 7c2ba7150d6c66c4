package org.tflion.xla;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.tensorflow.ConcreteFunction;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Signature;
import org.tensorflow.op.Ops;

/**
 * The inside of a function while it is written.
 *
 * @param graph of its operations
 * @param tf writes them
 * @param parameters in their order
 * @param results in their order
 */
record FunctionBody(Graph graph, Ops tf, List<Operand<?>> parameters, List<Operand<?>> results)
    implements AutoCloseable {

  static FunctionBody create() {
    Graph graph = new Graph();
    return new FunctionBody(graph, Ops.create(graph), new ArrayList<>(), new ArrayList<>());
  }

  /**
   * Takes away the parameters that no result needs, which would make a call wait for, and XLA load,
   * what it does not need.
   *
   * @return the places of those that stay, in ascending order
   */
  List<Integer> dropUnused() {
    Set<GraphOperation> used = graph.subgraphTo(new HashSet<>(results));
    List<Integer> kept = new ArrayList<>();
    List<Operand<?>> all = List.copyOf(parameters);
    parameters.clear();
    for (int i = 0; i < all.size(); i++) {
      if (used.contains((GraphOperation) all.get(i).op())) {
        kept.add(i);
        parameters.add(all.get(i));
      }
    }
    return kept;
  }

  /** The finished function. */
  ConcreteFunction function(String name) {
    Signature.Builder signature = Signature.builder(name.replaceAll("[^A-Za-z0-9_]", "_"));
    for (int i = 0; i < parameters.size(); i++) {
      signature.input("in" + i, parameters.get(i));
    }
    for (int i = 0; i < results.size(); i++) {
      signature.output("out" + i, results.get(i));
    }
    return ConcreteFunction.create(signature.build(), graph);
  }

  @Override
  public void close() {
    graph.close();
  }
}
