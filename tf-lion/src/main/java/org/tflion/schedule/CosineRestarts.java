package org.tflion.schedule;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tflion.Require;

/**
 * Half cosine waves that start over: wave {@code n}, from 0, takes {@code updates * stretch^n}.
 *
 * @param start value at the beginning of every wave; finite, 0 or more
 * @param end value that every wave falls to; finite, 0 or more
 * @param updates length of the first wave; above 0
 * @param stretch each wave is this many times as long as the one before; 1 or more
 * @see <a href="https://arxiv.org/abs/1608.03983">Loshchilov and Hutter, 2016: SGDR</a>
 */
public record CosineRestarts(double start, double end, long updates, double stretch)
    implements Schedule {

  /** A wave that begins exactly at an update must not be missed by a logarithm's last bits. */
  private static final double ROUNDING = 1e-12;

  public CosineRestarts {
    Require.notNegative("Cosine restarts: start", start);
    Require.notNegative("Cosine restarts: end", end);
    Require.that(updates > 0, "Cosine restarts: updates must be above 0", updates);
    Require.that(
        stretch >= 1 && Double.isFinite(stretch),
        "Cosine restarts: stretch must be finite and 1 or more",
        stretch);
  }

  @Override
  public double at(long update) {
    double waves = (double) update / updates;
    double share;
    if (stretch == 1) {
      share = waves - Math.floor(waves);
    } else {
      double number = Math.floor(Math.log1p(waves * (stretch - 1)) / Math.log(stretch) + ROUNDING);
      double length = Math.pow(stretch, number);
      share = Math.max((waves - (length - 1) / (stretch - 1)) / length, 0);
    }
    return end + (start - end) / 2 * (1 + Math.cos(Math.PI * share));
  }

  @Override
  public Operand<TFloat64> at(Ops tf, Operand<TFloat64> update) {
    var waves = tf.math.div(update, tf.constant((double) updates)); // []
    Operand<TFloat64> share =
        stretch == 1 ? tf.math.sub(waves, tf.math.floor(waves)) : stretched(tf, waves);
    var height =
        tf.math.add(tf.constant(1.0), tf.math.cos(tf.math.mul(tf.constant(Math.PI), share)));
    return tf.math.add(tf.constant(end), tf.math.mul(tf.constant((start - end) / 2), height));
  }

  @Override
  public double peak() {
    return Math.max(start, end);
  }

  private Operand<TFloat64> stretched(Ops tf, Operand<TFloat64> waves) {
    var growth = tf.constant(stretch - 1);
    var power = tf.math.log1p(tf.math.mul(waves, growth));
    var number =
        tf.math.floor(
            tf.math.add(tf.math.div(power, tf.constant(Math.log(stretch))), tf.constant(ROUNDING)));
    var length = tf.math.pow(tf.constant(stretch), number);
    var before = tf.math.div(tf.math.sub(length, tf.constant(1.0)), growth);
    var share = tf.math.div(tf.math.sub(waves, before), length);
    return tf.math.maximum(share, tf.constant(0.0));
  }
}
