package org.tflion.train.model.layer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;
import org.tflion.Require;
import org.tflion.train.model.Parameter;
import org.tflion.train.model.Parameters;
import org.tflion.train.model.Share;

/**
 * Multi-head self-attention.
 *
 * <pre>{@code
 * q, k, v = x Wqkv + b                           for each of H heads of D channels
 * y = dropout(softmax(q k^T / sqrt(D) + mask)) v
 * out = y Wout + b
 * }</pre>
 *
 * @param projection from the width to queries, keys and values of all heads
 * @param output from all heads back to the width
 * @param heads H
 * @param headWidth D
 * @param rotary whether queries and keys carry rotary positions
 * @param dropout of the shares of the keys
 * @see <a href="https://arxiv.org/abs/1706.03762">Vaswani et al., 2017</a>
 */
public record Attention(
    Linear projection, Linear output, int heads, int headWidth, boolean rotary, Dropout dropout) {

  public List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>(projection.parameters());
    parameters.addAll(output.parameters());
    return parameters;
  }

  /**
   * Attends within every sequence, with matrix products in the type of the rows.
   *
   * @param x rows, [B * T, width]
   * @param context length, mask and noise
   * @return [B * T, width]
   */
  public <T extends TNumber, C extends TNumber> Operand<C> apply(
      Ops tf, Parameters<T> values, Operand<C> x, Context<T> context) {
    int length = context.length();
    long batch = x.shape().get(0) / length;
    var together = projection.apply(tf, values, x); // [B * T, 3 * H * D]
    Heads split = new Heads(batch, length, heads, headWidth);
    List<Operand<C>> qkv = split.apply(tf, together); // 3 x [B, H, T, D]
    var q = turn(tf, qkv.get(0)); // [B, H, T, D]
    var k = turn(tf, qkv.get(1)); // [B, H, T, D]
    var mixed =
        new DotProductAttention(values.compute(), dropout)
            .apply(tf, List.of(q, k, qkv.get(2)), context); // [B, H, T, D]
    var merged = tf.linalg.transpose(mixed, tf.constant(new int[] {0, 2, 1, 3})); // [B, T, H, D]
    var rows = tf.reshape(merged, tf.constant(Shape.of(batch * length, (long) heads * headWidth)));
    return output.apply(tf, values, rows); // [B * T, width]
  }

  /**
   * What one of several peers does, each of which has some of the heads.
   *
   * @throws IllegalArgumentException if they cannot have equally many
   */
  Attention shared(int peers) {
    Require.that(heads % peers == 0, "model.heads must be a multiple of tensor=" + peers, heads);
    return new Attention(
        projection.columns(peers), output.rows(peers), heads / peers, headWidth, rotary, dropout);
  }

  /** How the parameters are shared then. */
  Map<String, Share> shares() {
    Map<String, Share> shares = new HashMap<>(projection.columnShares(3));
    shares.putAll(output.rowShares());
    return shares;
  }

  /**
   * Queries or keys as they are compared: turned by their places, if positions are rotary.
   *
   * @param x of all heads, one after the other // [N, H * D]
   * @param places // [N]
   * @return [N, H * D]
   */
  public <T extends TNumber> Operand<T> turned(Ops tf, Operand<T> x, Operand<TInt32> places) {
    if (!rotary) {
      return x;
    }
    long rows = x.shape().get(0);
    var apart = tf.reshape(x, tf.constant(Shape.of(rows, heads, 1, headWidth))); // [N, H, 1, D]
    var turned = new Rotary(headWidth).apply(tf, apart, places); // [N, H, 1, D]
    return tf.reshape(turned, tf.constant(Shape.of(rows, (long) heads * headWidth)));
  }

  private <C extends TNumber> Operand<C> turn(Ops tf, Operand<C> x) {
    return rotary ? new Rotary(headWidth).apply(tf, x) : x;
  }
}
