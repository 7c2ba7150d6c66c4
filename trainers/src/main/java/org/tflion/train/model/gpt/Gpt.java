package org.tflion.train.model.gpt;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;
import org.tensorflow.types.family.TType;
import org.tflion.Require;
import org.tflion.train.model.Inputs;
import org.tflion.train.model.Model;
import org.tflion.train.model.Objective;
import org.tflion.train.model.Parameter;
import org.tflion.train.model.Parameters;
import org.tflion.train.model.ResidualStream;
import org.tflion.train.model.ResidualStream.Branch;
import org.tflion.train.model.ResidualStream.Part;
import org.tflion.train.model.Types;
import org.tflion.train.model.layer.Block;
import org.tflion.train.model.layer.BlockShape;
import org.tflion.train.model.layer.Context;
import org.tflion.train.model.layer.CrossEntropy;
import org.tflion.train.model.layer.Dropout;
import org.tflion.train.model.layer.Mask;

/**
 * A decoder-only transformer, pre-norm, with the output layer tied to the token embedding.
 *
 * <pre>{@code
 * x = embed(tokens) + position
 * x = x + attention(norm(x));  x = x + feedForward(norm(x))      for each layer
 * logits = norm(x) embed^T
 * loss = mean of -log softmax(logits)[next token]                in nats per token
 *
 * With segments, no token sees or predicts one of another segment.
 * }</pre>
 *
 * <p>Shapes in the code: B sequences, T positions, C width, V vocabulary.
 *
 * <p>Matrices start normal with deviation 0.02, those that write to the residual stream with 0.02 /
 * sqrt(2 layers), as GPT-2 has it.
 *
 * @param config its shape
 * @param vocabulary V, number of rows of the embedding
 * @see <a
 *     href="https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf">
 *     Radford et al., 2019, section 2.3</a>
 */
public record Gpt(GptConfig config, int vocabulary) implements Model {

  /** Feature with the tokens: inputs are all but the last, targets all but the first. */
  public static final String TEXT = "tokens";

  /**
   * Optional feature with the document that each token of a row is of: attention and loss keep to
   * the documents.
   */
  public static final String SEGMENTS = "segments";

  private static final String TOKENS = "embedding.tokens";
  private static final String POSITIONS = "embedding.positions";

  /**
   * The model of a config for a tokenizer.
   *
   * @param tokens size of the tokenizer's vocabulary
   * @throws IllegalArgumentException if the config's vocabulary is smaller
   */
  public static Gpt of(GptConfig config, int tokens) {
    Require.that(
        config.vocabulary() == 0 || config.vocabulary() >= tokens,
        "model.vocabulary must be 0 or at least the tokenizer's " + tokens,
        config.vocabulary());
    return new Gpt(config, Math.max(config.vocabulary(), tokens));
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>();
    Shape table = Shape.of(vocabulary, config.width());
    all.add(Parameter.weight(TOKENS, table, BlockShape.DEVIATION, "vocabulary", "width"));
    if (learnedPositions()) {
      Shape positions = Shape.of(config.context(), config.width());
      all.add(Parameter.weight(POSITIONS, positions, BlockShape.DEVIATION, "position", "width"));
    }
    BlockShape shape = config.blocks();
    shape.blocks().forEach(block -> all.addAll(block.parameters()));
    all.addAll(shape.norm("norm").parameters());
    return List.copyOf(all);
  }

  /**
   * {@inheritDoc}
   *
   * <p>TensorFlow differentiates its fused cross-entropy in float32 alone, so gradients of this
   * loss exist in that type only.
   */
  @Override
  public <T extends TNumber> Objective<T> loss(Ops tf, Parameters<T> values, Inputs batch) {
    return objective(tf, values, batch, rows(tf, values, seen(tf, batch)));
  }

  @Override
  public boolean rowsAreIndependent() {
    return true;
  }

  @Override
  public <T extends TNumber> ResidualStream<T> parts(int peers) {
    List<String> embedding = learnedPositions() ? List.of(TOKENS, POSITIONS) : List.of(TOKENS);
    List<Part<Branch<T>>> branches = new ArrayList<>();
    for (Block block : config.blocks().blocks()) {
      branches.addAll(
          block.branches(peers, (tf, batch, type) -> context(tf, seen(tf, batch), type)));
    }
    List<String> last = new ArrayList<>(List.of(TOKENS));
    config.blocks().norm("norm").parameters().forEach(own -> last.add(own.name()));
    return new ResidualStream<>(
        Optional.of(
            new Part<>(embedding, (tf, values, batch) -> embedded(tf, values, seen(tf, batch)))),
        branches,
        new Part<>(last, (tf, values, batch, x) -> objective(tf, values, batch, x.orElseThrow())));
  }

  /** What is seen of a batch: all but the last of each row. */
  private static Inputs seen(Ops tf, Inputs batch) {
    Operand<TInt32> tokens = batch.ints(TEXT); // [B, T + 1]
    int length = (int) tokens.shape().get(1) - 1;
    @Nullable Operand<TInt32> segments = segments(batch); // [B, T + 1]
    Map<String, Operand<? extends TType>> features = new LinkedHashMap<>();
    features.put(TEXT, before(tf, tokens, length)); // [B, T]
    if (segments != null) {
      features.put(SEGMENTS, before(tf, segments, length)); // [B, T]
    }
    return new Inputs(features, batch.noise());
  }

  /**
   * The loss of a batch.
   *
   * @param x after the last block // [B * T, C]
   */
  private <T extends TNumber> Objective<T> objective(
      Ops tf, Parameters<T> values, Inputs batch, Operand<T> x) {
    Operand<TInt32> tokens = batch.ints(TEXT); // [B, T + 1]
    int length = (int) tokens.shape().get(1) - 1;
    @Nullable Operand<TInt32> segments = segments(batch); // [B, T + 1]
    Class<T> type = x.type();
    Operand<? extends TNumber> logits =
        scores(tf, values, x, values.compute().products(type)); // [B * T, V]
    var flat = tf.reshape(after(tf, tokens, length), tf.array(-1)); // [B * T]
    Operand<T> losses = CrossEntropy.losses(tf, values.compute(), logits, flat, type); // [B * T]
    if (segments == null) {
      var count = tf.dtypes.cast(tf.constant(flat.shape().get(0)), type); // []
      return new Objective<>(tf.math.mean(losses, tf.constant(0)), count);
    }
    var same = tf.math.equal(after(tf, segments, length), before(tf, segments, length)); // [B, T]
    var counts = tf.dtypes.cast(tf.reshape(same, tf.array(-1)), type); // [B * T]
    Operand<T> count = tf.reduceSum(counts, tf.constant(0)); // []
    var sum = tf.reduceSum(tf.math.mul(losses, counts), tf.constant(0)); // []
    return new Objective<>(tf.math.divNoNan(sum, count), count);
  }

  private static @Nullable Operand<TInt32> segments(Inputs batch) {
    return batch.has(SEGMENTS) ? batch.ints(SEGMENTS) : null;
  }

  /** All but the last of each row, [B, T]. */
  private static Operand<TInt32> before(Ops tf, Operand<TInt32> rows, int length) {
    return tf.slice(rows, tf.array(0, 0), tf.array(-1, length));
  }

  /** All but the first of each row, [B, T]. */
  private static Operand<TInt32> after(Ops tf, Operand<TInt32> rows, int length) {
    return tf.slice(rows, tf.array(0, 1), tf.array(-1, length));
  }

  /**
   * Adds the scores of every next token.
   *
   * @param inputs of which the tokens are [B, T], T at most the context; B and T known
   * @return [B * T, V]
   * @throws IllegalArgumentException if T is above the context
   */
  public <T extends TNumber> Operand<T> logits(Ops tf, Parameters<T> values, Inputs inputs) {
    Operand<T> x = rows(tf, values, inputs); // [B * T, C]
    return Types.cast(tf, scores(tf, values, x, values.compute().products(x.type())), x.type());
  }

  /** What the last block makes of what is seen of a batch, [B * T, C]. */
  private <T extends TNumber> Operand<T> rows(Ops tf, Parameters<T> values, Inputs seen) {
    Operand<T> x = embedded(tf, values, seen); // [B * T, C]
    Context<T> context = context(tf, seen, x.type());
    for (Block block : config.blocks().blocks()) {
      x = block.apply(tf, values, x, context); // [B * T, C]
    }
    return x;
  }

  /** What stands for the tokens before the first layer, [B * T, C]. */
  private <T extends TNumber> Operand<T> embedded(Ops tf, Parameters<T> values, Inputs inputs) {
    Operand<TInt32> tokens = inputs.ints(TEXT);
    long rows = tokens.shape().get(0);
    int length = (int) tokens.shape().get(1);
    Require.that(
        length <= config.context(),
        "Gpt: tokens must number at most model.context " + config.context(),
        length);
    Operand<T> table = values.get(TOKENS); // [V, C]
    Operand<T> x = tf.gather(table, tokens, tf.constant(0)); // [B, T, C]
    if (learnedPositions()) {
      Operand<T> all = values.get(POSITIONS); // [context, C]
      x = tf.math.add(x, tf.slice(all, tf.array(0, 0), tf.array(length, -1)));
    }
    x = tf.reshape(x, tf.array(rows * length, (long) config.width())); // [B * T, C]
    return new Dropout(config.dropout(), 0).apply(tf, x, inputs.noise()); // [B * T, C]
  }

  /** What the blocks have in common, for what is seen of a batch. */
  private static <T extends TNumber> Context<T> context(Ops tf, Inputs seen, Class<T> type) {
    int length = (int) seen.ints(TEXT).shape().get(1);
    Operand<T> mask = Mask.causal(tf, length, segments(seen), type); // [T, T] or [B, 1, T, T]
    return new Context<>(length, true, mask, seen.noise());
  }

  /**
   * Adds what stands for tokens before the first layer, without dropout.
   *
   * @param tokens [N]
   * @param places of the tokens, below the context // [N]
   * @return [N, C]
   */
  <T extends TNumber> Operand<T> embed(
      Ops tf, Parameters<T> values, Operand<TInt32> tokens, Operand<TInt32> places) {
    Operand<T> x = tf.gather(values.get(TOKENS), tokens, tf.constant(0)); // [N, C]
    return learnedPositions()
        ? tf.math.add(x, tf.gather(values.get(POSITIONS), places, tf.constant(0)))
        : x; // [N, C]
  }

  /**
   * Adds the scores of the next token by what stands for tokens after the last layer.
   *
   * @param x [N, C]
   * @return [N, V]
   */
  <T extends TNumber> Operand<T> scores(Ops tf, Parameters<T> values, Operand<T> x) {
    return scores(tf, values, x, x.type());
  }

  private <T extends TNumber, C extends TNumber> Operand<C> scores(
      Ops tf, Parameters<T> values, Operand<T> x, Class<C> products) {
    Operand<C> normed = config.blocks().norm("norm").apply(tf, values, x, products); // [N, C]
    var output = values.get(tf, TOKENS, products); // [V, C]
    return tf.linalg.matMul(normed, output, MatMul.transposeB(true)); // [N, V]
  }

  private boolean learnedPositions() {
    return config.positions().equals("learned");
  }
}
