package org.tflion.train.model.layer;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;

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
  <C extends TNumber> List<Operand<C>> apply(Ops tf, Operand<C> together) {
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
}
