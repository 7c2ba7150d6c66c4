package org.tflion.schedule;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tflion.Require;

/**
 * The same value at every update.
 *
 * @param value finite, 0 or more
 */
public record Constant(double value) implements Schedule {

  public Constant {
    Require.notNegative("Constant schedule: value", value);
  }

  @Override
  public double at(long update) {
    return value;
  }

  @Override
  public Operand<TFloat64> at(Ops tf, Operand<TFloat64> update) {
    return tf.constant(value);
  }

  @Override
  public double peak() {
    return value;
  }
}
