package org.tflion.cli.bench;

import org.tensorflow.Session;
import org.tflion.optim.Rule;

/** One update of many parameters by TensorFlow, ready to be timed. */
public final class UpdateSession implements TimedUpdate {

  private final UpdateGraph graph;
  private final Session session;

  /**
   * Builds the graph and initialises it.
   *
   * @param rule what to time
   * @param compiled whether XLA compiles the update
   * @param parameters in all; at least 1,024 for each tensor
   * @param tensors matrices that they are divided among
   */
  public UpdateSession(Rule rule, boolean compiled, long parameters, int tensors) {
    graph = new UpdateGraph(rule, compiled, parameters, tensors);
    session = new Session(graph.graph());
    session.initialize();
  }

  @Override
  public void run() {
    session.run(graph.update());
  }

  @Override
  public double slotElementsPerParameter() {
    return graph.slotElementsPerParameter();
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
