package org.tflion.train.model.bert;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;
import org.tflion.Require;
import org.tflion.train.model.Inputs;
import org.tflion.train.model.Model;
import org.tflion.train.model.Objective;
import org.tflion.train.model.Parameter;
import org.tflion.train.model.Parameters;
import org.tflion.train.model.ResidualStream;
import org.tflion.train.model.ResidualStream.Branch;
import org.tflion.train.model.ResidualStream.Part;
import org.tflion.train.model.layer.Activation;
import org.tflion.train.model.layer.Block;
import org.tflion.train.model.layer.BlockShape;
import org.tflion.train.model.layer.Classification;
import org.tflion.train.model.layer.Context;
import org.tflion.train.model.layer.Dropout;
import org.tflion.train.model.layer.Linear;
import org.tflion.train.model.layer.Linear.Axis;
import org.tflion.train.model.layer.Mask;
import org.tflion.train.model.layer.Norm;

/**
 * An encoder that learns to fill holes: every token sees all others of its row, and at some
 * positions the token that was there is to be told.
 *
 * <pre>{@code
 * x = embed(tokens) + position
 * x = x + attention(norm(x));  x = x + feedForward(norm(x))      for each layer
 * h = norm(gelu(norm(x)[positions] W + b))
 * logits = h embed^T + b'
 * loss = mean over the positions of -log softmax(logits)[target]   in nats per token
 * }</pre>
 *
 * <p>Features, all int32: {@code tokens} with holes [B, T], {@code positions} of the holes [B, M],
 * {@code targets}, the tokens that were there [B, M], and {@code segments}, if rows are divided [B,
 * T]: no token sees one of another segment. Metric: {@code accuracy} at the positions.
 *
 * <p>It differs from BERT as it was published in that it norms before each half of a block and not
 * after it, and learns nothing about pairs of sentences.
 *
 * <p>Shapes in the code: B rows, T positions, M holes, C width, V vocabulary.
 *
 * @param config its shape
 * @param vocabulary V, number of rows of the embedding
 * @see <a href="https://arxiv.org/abs/1810.04805">Devlin et al., 2019</a>
 */
public record Bert(BertConfig config, int vocabulary) implements Model {

  private static final String TOKENS = "embedding.tokens";
  private static final String POSITIONS = "embedding.positions";
  private static final String BIAS = "head.bias";

  /**
   * The model of a config for a tokenizer.
   *
   * @param tokens size of the tokenizer's vocabulary
   * @throws IllegalArgumentException if the config's vocabulary has no room for them and the mask
   */
  public static Bert of(BertConfig config, int tokens) {
    Require.that(
        config.vocabulary() == 0 || config.vocabulary() > tokens,
        "model.vocabulary must be 0 or above the tokenizer's " + tokens,
        config.vocabulary());
    return new Bert(config, Math.max(config.vocabulary(), tokens + 1));
  }

  @Override
  public List<Parameter> parameters() {
    BlockShape shape = config.blocks();
    List<Parameter> all = new ArrayList<>();
    Shape table = Shape.of(vocabulary, config.width());
    all.add(Parameter.weight(TOKENS, table, BlockShape.DEVIATION, "vocabulary", "width"));
    Shape positions = Shape.of(config.context(), config.width());
    all.add(Parameter.weight(POSITIONS, positions, BlockShape.DEVIATION, "position", "width"));
    shape.blocks().forEach(block -> all.addAll(block.parameters()));
    all.addAll(shape.norm("norm").parameters());
    all.addAll(transform().parameters());
    all.addAll(shape.norm("head.norm").parameters());
    all.add(Parameter.bias(BIAS, vocabulary, "vocabulary"));
    return List.copyOf(all);
  }

  private Linear transform() {
    Axis width = new Axis("width", config.width());
    return new Linear("head.transform", width, width, true, BlockShape.DEVIATION);
  }

  /**
   * {@inheritDoc}
   *
   * <p>TensorFlow differentiates its fused cross-entropy in float32 alone, so gradients of this
   * loss exist in that type only.
   */
  @Override
  public <T extends TNumber> Objective<T> loss(Ops tf, Parameters<T> values, Inputs batch) {
    return objective(tf, values, batch, rows(tf, values, batch));
  }

  @Override
  public boolean rowsAreIndependent() {
    return true;
  }

  @Override
  public <T extends TNumber> ResidualStream<T> parts(int peers) {
    List<Part<Branch<T>>> branches = new ArrayList<>();
    config
        .blocks()
        .blocks()
        .forEach(block -> branches.addAll(block.branches(peers, this::context)));
    List<String> last = new ArrayList<>(List.of(TOKENS, BIAS));
    List<Parameter> read = new ArrayList<>(config.blocks().norm("norm").parameters());
    read.addAll(transform().parameters());
    read.addAll(config.blocks().norm("head.norm").parameters());
    read.forEach(own -> last.add(own.name()));
    return new ResidualStream<>(
        Optional.of(new Part<>(List.of(TOKENS, POSITIONS), this::embedded)),
        branches,
        new Part<>(last, (tf, values, batch, x) -> objective(tf, values, batch, x.orElseThrow())));
  }

  /**
   * The loss of a batch.
   *
   * @param x after the last block // [B * T, C]
   */
  private <T extends TNumber> Objective<T> objective(
      Ops tf, Parameters<T> values, Inputs batch, Operand<T> x) {
    var targets = tf.reshape(batch.ints("targets"), tf.array(-1)); // [B * M]
    return new Classification(vocabulary, 0).objective(tf, scores(tf, values, batch, x), targets);
  }

  /**
   * Adds the scores of every token at the holes.
   *
   * @return [B * M, V]
   */
  public <T extends TNumber> Operand<T> logits(Ops tf, Parameters<T> values, Inputs batch) {
    return scores(tf, values, batch, rows(tf, values, batch));
  }

  private <T extends TNumber> Operand<T> scores(
      Ops tf, Parameters<T> values, Inputs batch, Operand<T> x) {
    BlockShape shape = config.blocks();
    Operand<T> table = values.get(TOKENS); // [V, C]
    var encoded = shape.norm("norm").apply(tf, values, x); // [B * T, C]
    Operand<T> holes = tf.gather(encoded, rows(tf, batch), tf.constant(0)); // [B * M, C]
    var turned = Activation.GELU.apply(tf, transform().apply(tf, values, holes)); // [B * M, C]
    Norm norm = shape.norm("head.norm");
    var hidden = norm.apply(tf, values, turned); // [B * M, C]
    var scores = tf.linalg.matMul(hidden, table, MatMul.transposeB(true)); // [B * M, V]
    return tf.math.add(scores, values.get(BIAS)); // [B * M, V]
  }

  /** The rows of the holes among all tokens of the batch, [B * M]. */
  private Operand<TInt32> rows(Ops tf, Inputs batch) {
    Operand<TInt32> positions = batch.ints("positions"); // [B, M]
    int rows = (int) positions.shape().get(0);
    var first =
        tf.range(
            tf.constant(0), tf.constant(rows * config.context()), tf.constant(config.context()));
    var starts = tf.reshape(first, tf.array(rows, 1)); // [B, 1]
    return tf.reshape(tf.math.add(positions, starts), tf.array(-1));
  }

  /**
   * Adds what the encoder makes of every token.
   *
   * @param batch of which the tokens are [B, T], T the context
   * @return [B * T, C]
   */
  public <T extends TNumber> Operand<T> encoded(Ops tf, Parameters<T> values, Inputs batch) {
    return config.blocks().norm("norm").apply(tf, values, rows(tf, values, batch)); // [B * T, C]
  }

  /** What the last block makes of a batch, [B * T, C]. */
  private <T extends TNumber> Operand<T> rows(Ops tf, Parameters<T> values, Inputs batch) {
    Operand<T> x = embedded(tf, values, batch); // [B * T, C]
    Context<T> context = context(tf, batch, x.type());
    for (Block block : config.blocks().blocks()) {
      x = block.apply(tf, values, x, context); // [B * T, C]
    }
    return x;
  }

  /** What stands for the tokens before the first layer, [B * T, C]. */
  private <T extends TNumber> Operand<T> embedded(Ops tf, Parameters<T> values, Inputs batch) {
    Operand<TInt32> tokens = batch.ints("tokens"); // [B, T]
    long all = tokens.shape().size();
    Operand<T> x = tf.gather(values.get(TOKENS), tokens, tf.constant(0)); // [B, T, C]
    x = tf.math.add(x, values.get(POSITIONS)); // [B, T, C]
    x = tf.reshape(x, tf.array(all, (long) config.width())); // [B * T, C]
    return new Dropout(config.dropout(), 0).apply(tf, x, batch.noise()); // [B * T, C]
  }

  private <T extends TNumber> Context<T> context(Ops tf, Inputs batch, Class<T> type) {
    @Nullable Operand<T> mask =
        batch.has("segments") ? Mask.segments(tf, batch.ints("segments"), type) : null;
    return new Context<>(config.context(), false, mask, batch.noise());
  }
}
