package org.tflion.train.step;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tflion.Require;
import org.tflion.optim.Weight;
import org.tflion.train.model.Parameters;
import org.tflion.train.model.gpt.Decoder;
import org.tflion.train.model.gpt.Gpt;

/**
 * What {@link Scorer} gives, for texts that grow by a token at a time: keys and values of the
 * tokens before are kept, in variables of the session.
 *
 * <p>A text that is the one before and one token costs one row of the model; any other, such as the
 * first, or one that has outgrown the context and whose every token has another place, costs a pass
 * over a full context.
 */
public final class CachedScorer implements AutoCloseable {

  /**
   * A graph's pass over some tokens.
   *
   * @param scores of the token after one of them // [V]
   * @param written when what is kept has been
   */
  private record Nodes(
      Placeholder<TInt32> tokens,
      Placeholder<TInt32> place,
      Operand<TFloat32> scores,
      Op written) {}

  private record Both(Nodes all, Nodes next) {}

  private final Gpt model;
  private final ModelGraph<Both> graph;
  private int[] seen = {};

  /**
   * Builds the graph and loads the weights.
   *
   * @param model whose weights the checkpoint holds
   * @param from where they are
   */
  public CachedScorer(Gpt model, SavedWeights from) {
    this.model = model;
    graph =
        ModelGraph.load(
            model, from, SessionConfig.standard(), (tf, weights) -> nodes(tf, model, weights));
  }

  private static Both nodes(Ops tf, Gpt model, Parameters<TFloat32> weights) {
    Decoder decoder = new Decoder(model);
    List<List<Weight<TFloat32>>> kept = new ArrayList<>();
    for (int layer = 0; layer < model.config().layers(); layer++) {
      kept.add(List.of(rows(tf, decoder, "keys" + layer), rows(tf, decoder, "values" + layer)));
    }
    int context = model.config().context();
    return new Both(
        pass(tf, decoder, weights, new Tokens(context, kept)),
        pass(tf, decoder, weights, new Tokens(1, kept)));
  }

  /** How many tokens a pass takes, and where it finds and leaves what is kept. */
  private record Tokens(int count, List<List<Weight<TFloat32>>> kept) {}

  private static Weight<TFloat32> rows(Ops tf, Decoder decoder, String name) {
    Weight<TFloat32> rows =
        Weight.resource(tf, "kept-" + name, decoder.kept(), TFloat32.class); // [T, H * D]
    Ops init = tf.withInitScope();
    rows.assign(init, init.zeros(init.constant(decoder.kept()), TFloat32.class));
    return rows;
  }

  /** Over a full context, the place says which token's scores are wanted, and the first is at 0. */
  private static Nodes pass(Ops tf, Decoder decoder, Parameters<TFloat32> weights, Tokens shape) {
    boolean whole = shape.count() > 1;
    var tokens = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(shape.count()))); // [N]
    var place = tf.placeholder(TInt32.class, Placeholder.shape(Shape.scalar())); // []
    List<Decoder.Kept<TFloat32>> before = new ArrayList<>();
    shape
        .kept()
        .forEach(
            pair -> before.add(new Decoder.Kept<>(pair.get(0).read(tf), pair.get(1).read(tf))));
    Operand<TInt32> first = whole ? tf.constant(0) : place; // []
    Operand<TInt32> row = whole ? place : tf.constant(0); // []
    Decoder.Pass<TFloat32> pass = decoder.next(tf, weights, tokens, first, before);
    List<Op> writes = new ArrayList<>();
    for (int i = 0; i < shape.kept().size(); i++) {
      writes.add(shape.kept().get(i).get(0).assign(tf, pass.kept().get(i).keys()));
      writes.add(shape.kept().get(i).get(1).assign(tf, pass.kept().get(i).values()));
    }
    Operand<TFloat32> scores = tf.gather(pass.scores(), row, tf.constant(0)); // [V]
    return new Nodes(tokens, place, scores, tf.withControlDependencies(writes).noOp());
  }

  /**
   * Scores of the token after a text.
   *
   * @param text at least one token; of a longer text than the context only the end is seen
   * @return [V], unnormalised log-probabilities
   */
  public float[] next(int[] text) {
    Require.that(text.length > 0, "CachedScorer: text must have at least one token", text.length);
    int context = model.config().context();
    int[] window = Arrays.copyOfRange(text, Math.max(text.length - context, 0), text.length);
    int last = window.length - 1;
    boolean grown = last > 0 && Arrays.equals(window, 0, last, seen, 0, seen.length);
    Both nodes = graph.nodes();
    seen = new int[0]; // A run that fails may have written some layers.
    float[] scores =
        grown
            ? run(nodes.next(), new int[] {window[last]}, last)
            : run(nodes.all(), Arrays.copyOf(window, context), last);
    seen = window;
    return scores;
  }

  private float[] run(Nodes nodes, int[] tokens, int place) {
    Session.Runner runner = graph.session().runner();
    try (TInt32 fed = TInt32.tensorOf(Shape.of(tokens.length), DataBuffers.of(tokens));
        TInt32 position = TInt32.scalarOf(place);
        Result result =
            runner
                .feed(nodes.tokens(), fed)
                .feed(nodes.place(), position)
                .addTarget(nodes.written())
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
