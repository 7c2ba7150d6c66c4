package org.tflion.schedule;

import java.util.Arrays;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tflion.Require;

/**
 * Steps: the first value whose boundary is not passed, and the last value after all boundaries.
 *
 * @param boundaries last update of each value but the last; increasing, from 1
 * @param values one more than there are boundaries; finite, 0 or more
 */
public record Piecewise(List<Long> boundaries, List<Double> values) implements Schedule {

  public Piecewise {
    boundaries = List.copyOf(boundaries);
    values = List.copyOf(values);
    Require.that(
        values.size() == boundaries.size() + 1,
        "Piecewise schedule: values must be one more than the boundaries, " + boundaries.size(),
        values.size());
    long previous = 0;
    for (long boundary : boundaries) {
      Require.that(
          boundary > previous, "Piecewise schedule: boundaries must increase from 1", boundaries);
      previous = boundary;
    }
    for (double value : values) {
      Require.notNegative("Piecewise schedule: value", value);
    }
  }

  Piecewise(long[] boundaries, double[] values) {
    this(Arrays.stream(boundaries).boxed().toList(), Arrays.stream(values).boxed().toList());
  }

  @Override
  public double at(long update) {
    for (int i = 0; i < boundaries.size(); i++) {
      if (update <= boundaries.get(i)) {
        return values.get(i);
      }
    }
    return values.get(values.size() - 1);
  }

  @Override
  public Operand<TFloat64> at(Ops tf, Operand<TFloat64> update) {
    Operand<TFloat64> value = tf.constant(values.get(0));
    for (int i = 0; i < boundaries.size(); i++) {
      var passed = tf.math.greater(update, tf.constant((double) boundaries.get(i)));
      value = tf.select(passed, tf.constant(values.get(i + 1)), value);
    }
    return value;
  }

  @Override
  public double peak() {
    return values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }
}
