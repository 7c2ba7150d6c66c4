package org.tflion.schedule;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tflion.Require;

/**
 * One schedule times another, times a number.
 *
 * @param first any schedule
 * @param second any schedule
 * @param factor finite, 0 or more
 */
public record Product(Schedule first, Schedule second, double factor) implements Schedule {

  public Product {
    Require.notNegative("Product of schedules: factor", factor);
  }

  @Override
  public double at(long update) {
    return factor * (first.at(update) * second.at(update));
  }

  @Override
  public Operand<TFloat64> at(Ops tf, Operand<TFloat64> update) {
    var product = tf.math.mul(first.at(tf, update), second.at(tf, update));
    return tf.math.mul(tf.constant(factor), product);
  }

  /** An upper bound: the factors need not peak together. */
  @Override
  public double peak() {
    return factor * first.peak() * second.peak();
  }
}
