package org.tflion.train.step;

import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.types.TFloat32;
import org.tflion.train.data.Batch;
import org.tflion.train.model.Model;

/** The loss of batches by the weights of a checkpoint, without any means to train. */
public final class Evaluator implements AutoCloseable {

  private record Nodes(BatchFeed batch, Output<TFloat32> loss) {}

  private final ModelGraph<Nodes> graph;

  /**
   * Builds the graph and loads the weights.
   *
   * @param model whose weights the checkpoint holds
   * @param from where they are
   * @param shape of the batches
   */
  public Evaluator(Model model, SavedWeights from, BatchShape shape) {
    graph =
        ModelGraph.load(
            model,
            from,
            (tf, weights) -> {
              BatchFeed batch = BatchFeed.create(tf, shape);
              return new Nodes(
                  batch,
                  LossFunction.plain(model)
                      .loss(tf, weights, batch.inputs(null))
                      .mean()
                      .asOutput());
            });
  }

  /** Mean loss of one batch. */
  public double evaluate(Batch tokens) {
    try (BatchFeed.Fed fed = graph.nodes().batch().part(tokens, 0);
        Result result = fed.into(graph.session().runner()).fetch(graph.nodes().loss()).run()) {
      return ((TFloat32) result.get(0)).getFloat();
    }
  }

  @Override
  public void close() {
    graph.close();
  }
}
