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
 * p = softmax(scores + mask)
 * dscores = p * (dp - sum over keys of dp * p)
 * }</pre>
 *
 * <p>Only the gradient is compiled: XLA adds up rows one by one, TensorFlow's softmax does not.
 */
final class Shares {

  private Shares() {}

  /**
   * Makes shares of scores; exponentials and sums in float32 where those are bfloat16.
   *
   * @param scores [B, H, T, T]
   * @param mask added to them, or null; of a shape that fits
   * @return [B, H, T, T]
   */
  static <T extends TNumber, C extends TNumber> Operand<C> apply(
      Ops tf, Compute compute, Operand<C> scores, @Nullable Operand<T> mask) {
    if (!compute.fused()) {
      return softmax(tf, scores, mask);
    }
    Class<C> type = scores.type();
    @Nullable Class<T> typeOfMask = mask == null ? null : mask.type();
    OwnGradient own =
        new OwnGradient(
            "softmax",
            OwnGradient.Compiled.BACKWARD,
            1,
            (body, in) -> {
              Operand<T> hidden =
                  typeOfMask == null ? null : in.get(1).asOutput().expect(typeOfMask);
              return List.of(softmax(body, in.get(0).asOutput().expect(type), hidden));
            },
            (body, in, by) -> {
              Operand<C> share = in.get(in.size() - 1).asOutput().expect(type);
              return List.of(slope(body, share, by.get(0).asOutput().expect(type)));
            });
    List<Operand<T>> fixed = mask == null ? List.of() : List.of(mask);
    return own.add(tf, List.of(scores), fixed).get(0).asOutput().expect(type);
  }

  private static <C extends TNumber> Operand<C> softmax(
      Ops tf, Operand<C> scores, @Nullable Operand<? extends TNumber> mask) {
    return Types.cast(tf, wideSoftmax(tf, Types.wide(tf, scores), mask), scores.type());
  }

  private static <W extends TNumber> Operand<W> wideSoftmax(
      Ops tf, Operand<W> scores, @Nullable Operand<? extends TNumber> mask) {
    return tf.nn.softmax(
        mask == null ? scores : tf.math.add(scores, Types.cast(tf, mask, scores.type())));
  }

  private static <C extends TNumber> Operand<C> slope(Ops tf, Operand<C> share, Operand<C> by) {
    return Types.cast(tf, wideSlope(tf, Types.wide(tf, share), by), share.type());
  }

  private static <W extends TNumber> Operand<W> wideSlope(
      Ops tf, Operand<W> share, Operand<? extends TNumber> by) {
    var flow = tf.math.mul(share, Types.cast(tf, by, share.type())); // [B, H, T, T]
    var whole = tf.sum(flow, tf.constant(-1), Sum.keepDims(true)); // [B, H, T, 1]
    return tf.math.sub(flow, tf.math.mul(share, whole)); // [B, H, T, T]
  }
}
