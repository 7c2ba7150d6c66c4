package org.tflion.train.step;

import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.types.TFloat32;
import org.tflion.train.data.Batch;
import org.tflion.train.data.BatchShape;
import org.tflion.train.model.Model;
import org.tflion.train.model.Objective;

/** The loss of batches by the weights of a checkpoint, without any means to train. */
public final class Evaluator implements AutoCloseable {

  private record Nodes(BatchFeed batch, Objective<TFloat32> objective) {}

  private final ModelGraph<Nodes> graph;

  /**
   * Builds the graph and loads the weights.
   *
   * @param model whose weights the checkpoint holds
   * @param from where they are
   * @param shape of the batches
   */
  public Evaluator(Model model, SavedWeights from, BatchShape shape) {
    Replicas replicas = Replicas.fitting(model, shape);
    graph =
        ModelGraph.load(
            model,
            from,
            SessionConfig.of(replicas),
            (tf, weights) -> {
              BatchFeed batch = BatchFeed.create(tf, shape);
              LossFunction forward = LossFunction.plain(model, replicas);
              return new Nodes(batch, forward.loss(tf, weights, batch.inputs(null)));
            });
  }

  /** Loss and metrics of one batch. */
  public Evaluation evaluate(Batch batch) {
    Nodes nodes = graph.nodes();
    Session.Runner runner = graph.session().runner();
    Evaluation.fetches(nodes.objective()).forEach(runner::fetch);
    try (BatchFeed.Fed fed = nodes.batch().part(batch, 0);
        Result result = fed.into(runner).run()) {
      return Evaluation.of(nodes.objective(), result);
    }
  }

  @Override
  public void close() {
    graph.close();
  }
}
