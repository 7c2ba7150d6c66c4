package org.tflion.train.model.layer;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;

/**
 * Rotary positions: channel {@code i} and channel {@code i + D/2} of position {@code t} turn
 * together by the angle {@code t * 10000^(-2i/D)}.
 *
 * @param width D, the channels of one head; even
 * @see <a href="https://arxiv.org/abs/2104.09864">Su et al., 2021</a>
 */
public record Rotary(int width) {

  /** Section 3.2.2 of the paper. */
  private static final double BASE = 10_000;

  /**
   * Turns every position.
   *
   * @param x [B, H, T, D]
   * @return [B, H, T, D]
   */
  public <T extends TNumber> Operand<T> apply(Ops tf, Operand<T> x) {
    int length = (int) x.shape().get(2);
    var cosine = table(tf, x, length, false); // [T, D]
    var sine = table(tf, x, length, true); // [T, D]
    return tf.math.add(tf.math.mul(x, cosine), tf.math.mul(quarterTurn(tf, x), sine));
  }

  /**
   * Turns rows of single positions, each by its own place.
   *
   * @param x [N, H, 1, D]
   * @param places // [N]
   * @return [N, H, 1, D]
   */
  <T extends TNumber> Operand<T> apply(Ops tf, Operand<T> x, Operand<TInt32> places) {
    var cosine = tf.math.cos(angles(tf, places)); // [N, 1, 1, D]
    var sine = tf.math.sin(angles(tf, places)); // [N, 1, 1, D]
    return tf.math.add(
        tf.math.mul(x, tf.dtypes.cast(cosine, x.type())),
        tf.math.mul(quarterTurn(tf, x), tf.dtypes.cast(sine, x.type())));
  }

  /** In doubles: a place of some thousands times an angle would lose its digits. */
  private Operand<TFloat64> angles(Ops tf, Operand<TInt32> places) {
    double[] speeds = new double[width];
    for (int i = 0; i < width; i++) {
      speeds[i] = Math.pow(BASE, -2.0 * (i % (width / 2)) / width);
    }
    var rows = tf.reshape(tf.dtypes.cast(places, TFloat64.class), tf.array(-1, 1, 1, 1));
    return tf.math.mul(rows, tf.reshape(tf.constant(speeds), tf.array(1, 1, 1, width)));
  }

  /** {@code (-x2, x1)} for the halves {@code (x1, x2)} of the last axis, [B, H, T, D]. */
  private <T extends TNumber> Operand<T> quarterTurn(Ops tf, Operand<T> x) {
    var halves = tf.split(tf.constant(3), x, 2L).output(); // 2 x [B, H, T, D/2]
    return tf.concat(List.of(tf.math.neg(halves.get(1)), halves.get(0)), tf.constant(3));
  }

  private <T extends TNumber> Operand<T> table(Ops tf, Operand<T> like, int length, boolean sine) {
    double[] values = new double[length * width];
    for (int t = 0; t < length; t++) {
      for (int i = 0; i < width; i++) {
        double angle = t * Math.pow(BASE, -2.0 * (i % (width / 2)) / width);
        values[t * width + i] = sine ? Math.sin(angle) : Math.cos(angle);
      }
    }
    var table = tf.constant(Shape.of(length, width), DataBuffers.of(values)); // [T, D]
    return tf.dtypes.cast(table, like.type());
  }
}
