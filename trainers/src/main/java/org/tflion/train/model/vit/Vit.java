package org.tflion.train.model.vit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TNumber;
import org.tflion.train.model.Inputs;
import org.tflion.train.model.Model;
import org.tflion.train.model.Objective;
import org.tflion.train.model.Parameter;
import org.tflion.train.model.Parameters;
import org.tflion.train.model.ResidualStream;
import org.tflion.train.model.ResidualStream.Branch;
import org.tflion.train.model.ResidualStream.Part;
import org.tflion.train.model.layer.Block;
import org.tflion.train.model.layer.BlockShape;
import org.tflion.train.model.layer.Classification;
import org.tflion.train.model.layer.Context;
import org.tflion.train.model.layer.Dropout;
import org.tflion.train.model.layer.Linear;
import org.tflion.train.model.layer.Linear.Axis;

/**
 * A vision transformer: a picture is a sequence of patches, each of which sees all others.
 *
 * <pre>{@code
 * x = (pixels / 127.5 - 1), cut into patches
 * x = [class token,] x Wpatch + b, + position
 * x = x + attention(norm(x));  x = x + feedForward(norm(x))      for each layer
 * logits = pool(norm(x)) Whead + b        pool: the class token, or the mean of the patches
 * }</pre>
 *
 * <p>Features: {@code pixels}, bytes [B, image, image, channels], and {@code labels}, int32 [B].
 * Metric: {@code accuracy}. The loss is that of {@link Classification}.
 *
 * <p>Shapes in the code: B pictures, S patches along a side, P pixels along a patch, T tokens, C
 * width, K classes.
 *
 * @param config its shape
 * @see <a href="https://arxiv.org/abs/2010.11929">Dosovitskiy et al., 2021</a>
 */
public record Vit(VitConfig config) implements Model {

  /** Name of the feature of pixels, bytes [B, image, image, channels]. */
  public static final String PIXELS = "pixels";

  /** Name of the feature of classes, int32 [B]. */
  public static final String LABELS = "labels";

  private static final String TOKEN = "embedding.class";
  private static final String POSITIONS = "embedding.positions";

  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>(embeddings());
    config.blocks().blocks().forEach(block -> all.addAll(block.parameters()));
    all.addAll(ending());
    return List.copyOf(all);
  }

  /** What the first block waits for. */
  private List<Parameter> embeddings() {
    long width = config.width();
    List<Parameter> all = new ArrayList<>(embedding().parameters());
    if (config.hasClassToken()) {
      Shape one = Shape.of(1, width);
      all.add(Parameter.weight(TOKEN, one, BlockShape.DEVIATION, "position", "width"));
    }
    Shape positions = Shape.of(config.tokens(), width);
    all.add(Parameter.weight(POSITIONS, positions, BlockShape.DEVIATION, "position", "width"));
    return all;
  }

  /** What follows the last block. */
  private List<Parameter> ending() {
    List<Parameter> all = new ArrayList<>(config.blocks().norm("norm").parameters());
    all.addAll(head().parameters());
    return all;
  }

  private Linear embedding() {
    Axis patch = new Axis("patch", config.numbers());
    Axis width = new Axis("width", config.width());
    return new Linear("embedding.patches", patch, width, true, BlockShape.DEVIATION);
  }

  private Linear head() {
    Axis width = new Axis("width", config.width());
    Axis classes = new Axis("classes", config.classes());
    return new Linear("head", width, classes, true, BlockShape.DEVIATION);
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
    for (Block block : config.blocks().blocks()) {
      branches.addAll(block.branches(peers, (tf, batch, type) -> context(batch)));
    }
    return new ResidualStream<>(
        Optional.of(new Part<>(names(embeddings()), this::embedded)),
        branches,
        new Part<>(
            names(ending()),
            (tf, values, batch, x) -> objective(tf, values, batch, x.orElseThrow())));
  }

  private static List<String> names(List<Parameter> parameters) {
    return parameters.stream().map(Parameter::name).toList();
  }

  private <T extends TNumber> Objective<T> objective(
      Ops tf, Parameters<T> values, Inputs batch, Operand<T> x) {
    return new Classification(config.classes(), config.smoothing())
        .objective(tf, scores(tf, values, x), batch.ints(LABELS));
  }

  /**
   * Adds the scores of every class.
   *
   * @return [B, K]
   */
  public <T extends TNumber> Operand<T> logits(Ops tf, Parameters<T> values, Inputs batch) {
    return scores(tf, values, rows(tf, values, batch));
  }

  /** The scores by what the last block made, [B, K]. */
  private <T extends TNumber> Operand<T> scores(Ops tf, Parameters<T> values, Operand<T> x) {
    long tokens = config.tokens();
    long rows = x.shape().get(0) / tokens;
    var normed = config.blocks().norm("norm").apply(tf, values, x); // [B * T, C]
    var apart = tf.reshape(normed, tf.array(rows, tokens, (long) config.width())); // [B, T, C]
    return head().apply(tf, values, pooled(tf, apart)); // [B, K]
  }

  /** What the last block makes of a batch, [B * T, C]. */
  private <T extends TNumber> Operand<T> rows(Ops tf, Parameters<T> values, Inputs batch) {
    Operand<T> x = embedded(tf, values, batch); // [B * T, C]
    for (Block block : config.blocks().blocks()) {
      x = block.apply(tf, values, x, context(batch)); // [B * T, C]
    }
    return x;
  }

  private <T extends TNumber> Context<T> context(Inputs batch) {
    return new Context<>(config.tokens(), false, null, batch.noise());
  }

  /** What stands for the patches before the first layer, [B * T, C]. */
  private <T extends TNumber> Operand<T> embedded(Ops tf, Parameters<T> values, Inputs batch) {
    Operand<T> positions = values.get(POSITIONS); // [T, C]
    Operand<TUint8> pixels = batch.bytes(PIXELS); // [B, image, image, channels]
    long rows = pixels.shape().get(0);
    long width = config.width();
    long tokens = config.tokens();
    Operand<T> cut = patches(tf, scaled(tf, pixels, positions.type())); // [B * S * S, P * P * c]
    Operand<T> x = embedding().apply(tf, values, cut); // [B * S * S, C]
    x = tf.reshape(x, tf.array(rows, (long) config.side() * config.side(), width));
    if (config.hasClassToken()) {
      var zeros = tf.zeros(tf.array(rows, 1L, width), x.type()); // [B, 1, C]
      var token = tf.math.add(zeros, values.get(TOKEN)); // [B, 1, C]
      x = tf.concat(List.of(token, x), tf.constant(1)); // [B, T, C]
    }
    x = tf.reshape(tf.math.add(x, positions), tf.array(rows * tokens, width)); // [B * T, C]
    return new Dropout(config.dropout(), 0).apply(tf, x, batch.noise()); // [B * T, C]
  }

  /** Bytes as numbers from -1 to 1, of the same shape. */
  private static <T extends TNumber> Operand<T> scaled(
      Ops tf, Operand<TUint8> pixels, Class<T> type) {
    var middle = tf.dtypes.cast(tf.constant(127.5), type); // []
    var one = tf.dtypes.cast(tf.constant(1), type); // []
    return tf.math.sub(tf.math.div(tf.dtypes.cast(pixels, type), middle), one);
  }

  /** From [B, image, image, channels] to a row for each patch, [B * S * S, P * P * channels]. */
  private <T extends TNumber> Operand<T> patches(Ops tf, Operand<T> pixels) {
    long rows = pixels.shape().get(0);
    int side = config.side();
    int patch = config.patch();
    var apart =
        tf.reshape(
            pixels, tf.constant(Shape.of(rows, side, patch, side, patch, config.channels())));
    var together = tf.linalg.transpose(apart, tf.constant(new int[] {0, 1, 3, 2, 4, 5}));
    return tf.reshape(together, tf.array(rows * side * side, (long) config.numbers()));
  }

  /** What is classified of [B, T, C]: [B, C]. */
  private <T extends TNumber> Operand<T> pooled(Ops tf, Operand<T> x) {
    if (!config.hasClassToken()) {
      return tf.math.mean(x, tf.constant(1)); // [B, C]
    }
    var first = tf.slice(x, tf.array(0, 0, 0), tf.array(-1, 1, -1)); // [B, 1, C]
    return tf.reshape(first, tf.array(x.shape().get(0), (long) config.width())); // [B, C]
  }
}
