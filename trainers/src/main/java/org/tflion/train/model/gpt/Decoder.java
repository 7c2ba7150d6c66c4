package org.tflion.train.model.gpt;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;
import org.tflion.train.model.Parameters;
import org.tflion.train.model.layer.Attention;
import org.tflion.train.model.layer.BatchProduct;
import org.tflion.train.model.layer.Block;

/**
 * The forward pass of a {@link Gpt} in pieces: the keys and values of tokens seen before are kept,
 * so that the next token costs one row.
 *
 * <pre>{@code
 * K[p..p+N) = keys of the N new tokens;  V likewise                    in each layer
 * y = softmax(q K^T / sqrt(D) + mask) V,  of position p+n seen: 0..p+n
 * }</pre>
 *
 * <p>Shapes in the code: N new tokens, T rows kept (the context), C width, H heads of D channels.
 * Rows at and after the new ones are never seen before they have been written.
 *
 * @param model whose parameters it is given
 */
public record Decoder(Gpt model) {

  /** Large enough to make exp() zero, as in {@link org.tflion.train.model.layer.Mask}. */
  private static final double MASKED = -1e9;

  /**
   * What is kept of one layer.
   *
   * @param keys turned by their places, if the model has rotary positions // [T, H * D]
   * @param values // [T, H * D]
   */
  public record Kept<T extends TNumber>(Operand<T> keys, Operand<T> values) {}

  /**
   * A pass.
   *
   * @param scores of the token after each new one // [N, V]
   * @param kept of each layer, with the new tokens in it
   */
  public record Pass<T extends TNumber>(Operand<T> scores, List<Kept<T>> kept) {}

  /** The shape of what is kept of one layer, either keys or values. */
  public Shape kept() {
    GptConfig config = model.config();
    return Shape.of(config.context(), (long) config.heads() * config.widthOfHead());
  }

  /**
   * Adds the pass of new tokens.
   *
   * @param tokens at most the context // [N], N known
   * @param place of the first of them; with N it stays within the context // []
   * @param before what was kept of each layer
   */
  public <T extends TNumber> Pass<T> next(
      Ops tf,
      Parameters<T> values,
      Operand<TInt32> tokens,
      Operand<TInt32> place,
      List<Kept<T>> before) {
    int count = (int) tokens.shape().get(0);
    Operand<TInt32> places =
        tf.math.add(tf.range(tf.constant(0), tf.constant(count), tf.constant(1)), place); // [N]
    Operand<T> x = model.embed(tf, values, tokens, places); // [N, C]
    List<Kept<T>> after = new ArrayList<>();
    List<Block> blocks = model.config().blocks().blocks();
    for (int i = 0; i < blocks.size(); i++) {
      Block block = blocks.get(i);
      Step<T> step = new Step<>(tf, values, places, before.get(i));
      Operand<T> normed = block.firstNorm().apply(tf, values, x); // [N, C]
      x = tf.math.add(x, attend(step, block.attention(), normed, after)); // [N, C]
      var fed = block.feedForward().apply(tf, values, block.secondNorm().apply(tf, values, x));
      x = tf.math.add(x, fed); // [N, C]
    }
    return new Pass<>(model.scores(tf, values, x), after);
  }

  /** What the attention of one layer needs to know. */
  private record Step<T extends TNumber>(
      Ops tf, Parameters<T> values, Operand<TInt32> places, Kept<T> before) {}

  private <T extends TNumber> Operand<T> attend(
      Step<T> step, Attention attention, Operand<T> x, List<Kept<T>> after) {
    Ops tf = step.tf();
    long count = step.places().shape().get(0);
    int heads = attention.heads();
    long width = (long) heads * attention.headWidth();
    var qkv = tf.split(tf.constant(1), attention.projection().apply(tf, step.values(), x), 3L);
    var q = attention.turned(tf, qkv.output().get(0), step.places()); // [N, H * D]
    var k = attention.turned(tf, qkv.output().get(1), step.places()); // [N, H * D]
    Kept<T> kept =
        new Kept<>(
            written(step, step.before().keys(), k),
            written(step, step.before().values(), qkv.output().get(2)));
    after.add(kept);

    var scale = tf.dtypes.cast(tf.constant(1 / Math.sqrt(attention.headWidth())), x.type());
    var queries = byHead(tf, tf.math.mul(q, scale), attention); // [H, N, D]
    var keys = byHead(tf, kept.keys(), attention); // [H, T, D]
    var scores = BatchProduct.add(tf, queries, keys, false, true); // [H, N, T]
    var share = tf.nn.softmax(tf.math.add(scores, mask(step, x.type()))); // [H, N, T]
    var values = byHead(tf, kept.values(), attention); // [H, T, D]
    var mixed = BatchProduct.add(tf, share, values, false, false); // [H, N, D]
    var merged = tf.linalg.transpose(mixed, tf.constant(new int[] {1, 0, 2})); // [N, H, D]
    var rows = tf.reshape(merged, tf.constant(Shape.of(count, width))); // [N, H * D]
    return attention.output().apply(tf, step.values(), rows); // [N, C]
  }

  /** The rows that are kept with the new ones in their places, [T, H * D]. */
  private <T extends TNumber> Operand<T> written(Step<T> step, Operand<T> rows, Operand<T> fresh) {
    Ops tf = step.tf();
    if (fresh.shape().get(0) == rows.shape().get(0)) {
      return fresh;
    }
    var places = tf.reshape(step.places(), tf.array(-1, 1)); // [N, 1]
    return tf.tensorScatterNdUpdate(rows, places, fresh);
  }

  private static <T extends TNumber> Operand<T> byHead(
      Ops tf, Operand<T> rows, Attention attention) {
    var apart = tf.reshape(rows, tf.array(-1, attention.heads(), attention.headWidth()));
    return tf.linalg.transpose(apart, tf.constant(new int[] {1, 0, 2})); // [H, rows, D]
  }

  /** Very negative where a key comes after its query, [N, T]. */
  private <T extends TNumber> Operand<T> mask(Step<T> step, Class<T> type) {
    Ops tf = step.tf();
    int context = model.config().context();
    var keys = tf.range(tf.constant(0), tf.constant(context), tf.constant(1)); // [T]
    var queries = tf.reshape(step.places(), tf.array(-1, 1)); // [N, 1]
    var later = tf.math.greater(tf.reshape(keys, tf.array(1, -1)), queries); // [N, T]
    return tf.math.mul(
        tf.dtypes.cast(later, type), tf.dtypes.cast(tf.constant(MASKED), type)); // [N, T]
  }
}
