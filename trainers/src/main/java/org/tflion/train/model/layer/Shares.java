package org.tflion.train.model.layer;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Sum;
import org.tensorflow.types.family.TNumber;
import org.tflion.train.model.Compute;
import org.tflion.train.model.Types;
import org.tflion.xla.OwnGradient;

/**
 * Shares of the keys of every query.
 *
 * <pre>{@code
 * p = softmax(scale * scores + mask)
 * dscores = scale * p * (dp - sum over keys of dp * p)
 * }</pre>
 *
 * @param scale of the scores
 */
record Shares(double scale) {

  /**
   * Makes shares of scores; exponentials and sums in float32 where those are bfloat16.
   *
   * @param scores [B, H, T, T]
   * @param mask added to them, or null; of a shape that fits
   * @return [B, H, T, T]
   */
  <T extends TNumber, C extends TNumber> Operand<C> apply(
      Ops tf, Compute compute, Operand<C> scores, @Nullable Operand<T> mask) {
    if (!compute.fused()) {
      return forward(tf, scores, mask);
    }
    Class<C> type = scores.type();
    OwnGradient own =
        new OwnGradient(
            "softmax",
            true,
            1,
            (body, in) ->
                List.of(
                    forward(
                        body, in.get(0).asOutput().expect(type), in.size() > 1 ? floating(in.get(1)) : null)),
            (body, in, by) ->
                List.of(
                    backward(
                        body,
                        in.get(in.size() - 1).asOutput().expect(type),
                        by.get(0).asOutput().expect(type))));
    List<Operand<T>> fixed = mask == null ? List.of() : List.of(mask);
    return own.add(tf, List.of(scores), fixed).get(0).asOutput().expect(type);
  }

  @SuppressWarnings("unchecked") // masks are of floating types
  private static Operand<? extends TNumber> floating(Operand<?> mask) {
    return (Operand<? extends TNumber>) mask;
  }

  private <C extends TNumber> Operand<C> forward(
      Ops tf, Operand<C> scores, @Nullable Operand<? extends TNumber> mask) {
    return Types.cast(tf, softmax(tf, Types.wide(tf, scores), mask), scores.type());
  }

  private <W extends TNumber> Operand<W> softmax(
      Ops tf, Operand<W> scores, @Nullable Operand<? extends TNumber> mask) {
    var scaled = tf.math.mul(scores, tf.dtypes.cast(tf.constant(scale), scores.type()));
    var seen =
        mask == null ? scaled : tf.math.add(scaled, Types.cast(tf, mask, scores.type()));
    return tf.nn.softmax(seen);
  }

  private <C extends TNumber> Operand<C> backward(Ops tf, Operand<C> share, Operand<C> by) {
    return Types.cast(tf, slope(tf, Types.wide(tf, share), by), share.type());
  }

  private <W extends TNumber> Operand<W> slope(
      Ops tf, Operand<W> share, Operand<? extends TNumber> by) {
    var flow = tf.math.mul(share, Types.cast(tf, by, share.type())); // [B, H, T, T]
    var whole = tf.sum(flow, tf.constant(-1), Sum.keepDims(true)); // [B, H, T, 1]
    var free = tf.math.sub(flow, tf.math.mul(share, whole)); // [B, H, T, T]
    return tf.math.mul(free, tf.dtypes.cast(tf.constant(scale), share.type()));
  }
}
