package org.tflion.train.step;

import java.nio.file.Path;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tflion.train.data.Batch;
import org.tflion.train.model.Model;

/** The loss of batches by the weights of a checkpoint, without any means to train. */
public final class Evaluator implements AutoCloseable {

  private final Graph graph = new Graph();
  private final Placeholder<TInt32> batch;
  private final Output<TFloat32> loss;
  private final Session session;

  /**
   * Builds the graph and loads the weights.
   *
   * @param model whose weights the checkpoint holds
   * @param prefix of the bundle
   * @param size rows of a batch
   * @param length tokens of a row, inputs and the last target
   */
  public Evaluator(Model model, Path prefix, int size, int length) {
    Ops tf = Ops.create(graph);
    batch = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(size, length))); // [B, T + 1]
    Variables weights = Variables.create(tf, model, 0);
    loss = new LossFunction(model, false).loss(tf, weights.read(tf), batch); // []
    StateBundle bundle = new StateBundle(tf, weights.saved());
    session = new Session(graph, SessionConfig.standard());
    bundle.restore(session, prefix);
  }

  /** Mean loss of one batch. */
  public double evaluate(Batch tokens) {
    try (TInt32 fed = Feeds.tensor(tokens);
        Result result = session.runner().feed(batch, fed).fetch(loss).run()) {
      return ((TFloat32) result.get(0)).getFloat();
    }
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
