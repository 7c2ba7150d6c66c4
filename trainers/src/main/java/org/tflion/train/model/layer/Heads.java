package org.tflion.train.model.layer;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;
import org.tflion.train.model.Compute;
import org.tflion.xla.OwnGradient;

/**
 * Divides the rows of one product into queries, keys and values of every head, and scales the
 * queries by {@code 1 / sqrt(D)}.
 *
 * @param batch B
 * @param length T
 * @param heads H
 * @param width D, channels of one head
 */
record Heads(long batch, int length, int heads, int width) {

  /**
   * Divides.
   *
   * @param together [B * T, 3 * H * D]
   * @return scaled queries, keys and values, each [B, H, T, D]
   */
  <C extends TNumber> List<Operand<C>> apply(Ops tf, Compute compute, Operand<C> together) {
    if (!compute.fused()) {
      return divide(tf, together);
    }
    Class<C> type = together.type();
    OwnGradient own =
        new OwnGradient(
            "heads",
            OwnGradient.Compiled.BOTH,
            3,
            (body, in) -> divide(body, in.get(0).asOutput().expect(type)),
            (body, in, by) -> {
              List<Operand<C>> parts = new ArrayList<>();
              by.forEach(part -> parts.add(part.asOutput().expect(type)));
              return List.of(join(body, parts));
            });
    List<Operand<C>> divided = new ArrayList<>();
    own.add(tf, List.of(together), List.of())
        .forEach(part -> divided.add(part.asOutput().expect(type)));
    return divided;
  }

  private <C extends TNumber> List<Operand<C>> divide(Ops tf, Operand<C> together) {
    var apart = tf.reshape(together, tf.constant(Shape.of(batch, length, 3, heads, width)));
    var ordered =
        tf.linalg.transpose(apart, tf.constant(new int[] {2, 0, 3, 1, 4})); // [3, B, H, T, D]
    List<Operand<C>> parts = new ArrayList<>(tf.unstack(ordered, 3L).output()); // 3 x [B, H, T, D]
    parts.set(0, scaled(tf, parts.get(0)));
    return parts;
  }

  private <C extends TNumber> Operand<C> scaled(Ops tf, Operand<C> x) {
    return tf.math.mul(x, tf.dtypes.cast(tf.constant(1 / Math.sqrt(width)), x.type()));
  }

  private <C extends TNumber> Operand<C> join(Ops tf, List<Operand<C>> parts) {
    List<Operand<C>> rows = new ArrayList<>();
    for (Operand<C> part : List.of(scaled(tf, parts.get(0)), parts.get(1), parts.get(2))) {
      var turned = tf.linalg.transpose(part, tf.constant(new int[] {0, 2, 1, 3})); // [B, T, H, D]
      rows.add(
          tf.reshape(
              turned, tf.constant(Shape.of(batch * length, (long) heads * width)))); // [B * T, H*D]
    }
    return tf.concat(rows, tf.constant(1)); // [B * T, 3 * H * D]
  }
}
