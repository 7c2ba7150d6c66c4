package org.tflion.train.step;

import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tflion.Require;
import org.tflion.train.model.Inputs;
import org.tflion.train.model.Parameters;
import org.tflion.train.model.gpt.Gpt;

/**
 * The scores of the next token, by the weights of a checkpoint.
 *
 * <p>It always runs over a full context: shorter texts are filled up at the end, where the causal
 * mask keeps the filling from being seen.
 */
public final class Scorer implements AutoCloseable {

  private record Nodes(
      Placeholder<TInt32> tokens, Placeholder<TInt32> last, Operand<TFloat32> scores) {}

  private final Gpt model;
  private final ModelGraph<Nodes> graph;

  /**
   * Builds the graph and loads the weights.
   *
   * @param model whose weights the checkpoint holds
   * @param from where they are
   */
  public Scorer(Gpt model, SavedWeights from) {
    this.model = model;
    graph =
        ModelGraph.load(
            model, from, SessionConfig.standard(), (tf, weights) -> nodes(tf, model, weights));
  }

  private static Nodes nodes(Ops tf, Gpt model, Parameters<TFloat32> weights) {
    Shape shape = Shape.of(1, model.config().context());
    var tokens = tf.placeholder(TInt32.class, Placeholder.shape(shape)); // [1, T]
    var last = tf.placeholder(TInt32.class, Placeholder.shape(Shape.scalar())); // []
    Operand<TFloat32> all = model.logits(tf, weights, Inputs.of(Gpt.TEXT, tokens)); // [T, V]
    return new Nodes(tokens, last, tf.gather(all, last, tf.constant(0))); // [V]
  }

  /**
   * Scores of the token after a text.
   *
   * @param text at least one token; of a longer text than the context only the end is seen
   * @return [V], unnormalised log-probabilities
   */
  public float[] next(int[] text) {
    Require.that(text.length > 0, "Scorer: text must have at least one token", text.length);
    int context = model.config().context();
    int seen = Math.min(text.length, context);
    int[] window = new int[context];
    Nodes nodes = graph.nodes();
    System.arraycopy(text, text.length - seen, window, 0, seen);
    try (TInt32 fed = TInt32.tensorOf(Shape.of(1, context), DataBuffers.of(window));
        TInt32 position = TInt32.scalarOf(seen - 1);
        Result result =
            graph
                .session()
                .runner()
                .feed(nodes.tokens(), fed)
                .feed(nodes.last(), position)
                .fetch(nodes.scores())
                .run()) {
      float[] values = new float[model.vocabulary()];
      ((TFloat32) result.get(0)).asRawTensor().data().asFloats().read(values);
      return values;
    }
  }

  @Override
  public void close() {
    graph.close();
  }
}
