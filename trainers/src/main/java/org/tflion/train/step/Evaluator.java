package org.tflion.train.step;

import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tflion.train.data.Batch;
import org.tflion.train.model.Model;

/** The loss of batches by the weights of a checkpoint, without any means to train. */
public final class Evaluator implements AutoCloseable {

  private record Nodes(Placeholder<TInt32> batch, Output<TFloat32> loss) {}

  private final ModelGraph<Nodes> graph;

  /**
   * Builds the graph and loads the weights.
   *
   * @param model whose weights the checkpoint holds
   * @param from where they are
   * @param size rows of a batch
   * @param length tokens of a row, inputs and the last target
   */
  public Evaluator(Model model, SavedWeights from, int size, int length) {
    Shape shape = Shape.of(size, length);
    graph =
        ModelGraph.load(
            model,
            from,
            (tf, weights) -> {
              var batch = tf.placeholder(TInt32.class, Placeholder.shape(shape)); // [B, T + 1]
              return new Nodes(
                  batch, new LossFunction(model, false).loss(tf, weights, batch).mean().asOutput());
            });
  }

  /** Mean loss of one batch. */
  public double evaluate(Batch tokens) {
    try (TInt32 fed = Feeds.tensor(tokens);
        Result result =
            graph
                .session()
                .runner()
                .feed(graph.nodes().batch(), fed)
                .fetch(graph.nodes().loss())
                .run()) {
      return ((TFloat32) result.get(0)).getFloat();
    }
  }

  @Override
  public void close() {
    graph.close();
  }
}
