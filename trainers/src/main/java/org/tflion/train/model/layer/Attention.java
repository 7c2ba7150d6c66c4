package org.tflion.train.model.layer;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.train.BatchMatMul;
import org.tensorflow.types.family.TNumber;
import org.tflion.train.model.Parameter;
import org.tflion.train.model.Parameters;

/**
 * Causal multi-head self-attention.
 *
 * <pre>{@code
 * q, k, v = x Wqkv + b                           for each of H heads of D channels
 * y = softmax(q k^T / sqrt(D) + mask) v          mask: minus infinity where a key is later
 * out = y Wout + b
 * }</pre>
 *
 * @param projection from the width to queries, keys and values of all heads
 * @param output from all heads back to the width
 * @param heads H
 * @param headWidth D
 * @param rotary whether queries and keys carry rotary positions
 * @see <a href="https://arxiv.org/abs/1706.03762">Vaswani et al., 2017</a>
 */
public record Attention(
    Linear projection, Linear output, int heads, int headWidth, boolean rotary) {

  /** Large enough to make exp() zero, small enough for every floating type. */
  private static final double MASKED = -1e9;

  public List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>(projection.parameters());
    parameters.addAll(output.parameters());
    return parameters;
  }

  /**
   * Attends within every sequence.
   *
   * @param x rows, [B * T, width]
   * @param length T
   * @return [B * T, width]
   */
  public <T extends TNumber> Operand<T> apply(
      Ops tf, Parameters<T> values, Operand<T> x, int length) {
    long batch = x.shape().get(0) / length;
    var together = projection.apply(tf, values, x); // [B * T, 3 * H * D]
    var apart = tf.reshape(together, tf.constant(Shape.of(batch, length, 3, heads, headWidth)));
    var ordered =
        tf.linalg.transpose(apart, tf.constant(new int[] {2, 0, 3, 1, 4})); // [3, B, H, T, D]
    List<Operand<T>> qkv = List.copyOf(tf.unstack(ordered, 3L).output()); // 3 x [B, H, T, D]
    var q = turn(tf, qkv.get(0)); // [B, H, T, D]
    var k = turn(tf, qkv.get(1)); // [B, H, T, D]

    var scale = tf.dtypes.cast(tf.constant(1 / Math.sqrt(headWidth)), x.type());
    var scores = tf.train.batchMatMul(tf.math.mul(q, scale), k, x.type(), BatchMatMul.adjY(true));
    var share = tf.nn.softmax(tf.math.add(scores, mask(tf, x, length))); // [B, H, T, T]
    var mixed = tf.train.batchMatMul(share, qkv.get(2), x.type()); // [B, H, T, D]
    var merged = tf.linalg.transpose(mixed, tf.constant(new int[] {0, 2, 1, 3})); // [B, T, H, D]
    var rows = tf.reshape(merged, tf.constant(Shape.of(batch * length, (long) heads * headWidth)));
    return output.apply(tf, values, rows); // [B * T, width]
  }

  private <T extends TNumber> Operand<T> turn(Ops tf, Operand<T> x) {
    return rotary ? new Rotary(headWidth).apply(tf, x) : x;
  }

  /** Built from two ranges, as a table of T * T numbers of its own would not fit a long context. */
  private static <T extends TNumber> Operand<T> mask(Ops tf, Operand<T> like, int length) {
    var places = tf.range(tf.constant(0), tf.constant(length), tf.constant(1)); // [T]
    var keys = tf.reshape(places, tf.array(1, length)); // [1, T]
    var queries = tf.reshape(places, tf.array(length, 1)); // [T, 1]
    var later = tf.dtypes.cast(tf.math.greater(keys, queries), like.type()); // [T, T]
    return tf.math.mul(later, tf.dtypes.cast(tf.constant(MASKED), like.type())); // [T, T]
  }
}
