package org.tflion.schedule;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tflion.Require;

/**
 * {@code base / sqrt(max(t, flat))}: constant at first, then falling without an end.
 *
 * @param base value at update 1 if nothing were flat; finite, above 0
 * @param flat number of updates with the same value; above 0
 * @see <a href="https://arxiv.org/abs/1910.10683">Raffel et al., 2019: T5, base 1, flat 10,000</a>
 */
public record InverseSquareRoot(double base, long flat) implements Schedule {

  public InverseSquareRoot {
    Require.positive("Inverse square root schedule: base", base);
    Require.that(flat > 0, "Inverse square root schedule: flat must be above 0", flat);
  }

  @Override
  public double at(long update) {
    return base / Math.sqrt((double) Math.max(update, flat));
  }

  @Override
  public Operand<TFloat64> at(Ops tf, Operand<TFloat64> update) {
    var late = tf.math.maximum(update, tf.constant((double) flat));
    return tf.math.div(tf.constant(base), tf.math.sqrt(late));
  }

  @Override
  public double peak() {
    return base / Math.sqrt((double) flat);
  }
}
