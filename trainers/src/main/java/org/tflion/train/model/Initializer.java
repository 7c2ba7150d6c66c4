package org.tflion.train.model;

import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;
import org.tflion.Require;

/** The first value of a parameter. */
public sealed interface Initializer {

  /** Every element is the same. */
  record Fill(double value) implements Initializer {}

  /**
   * Independent normal elements around 0.
   *
   * @param deviation standard deviation; above 0
   */
  record Normal(double deviation) implements Initializer {

    public Normal {
      Require.positive("Initializer: deviation", deviation);
    }
  }

  /**
   * Adds the value to a graph.
   *
   * @param seed of this parameter: the same seed gives the same value on every run
   */
  default <T extends TNumber> Operand<T> value(Ops tf, Shape shape, Class<T> type, long seed) {
    if (this instanceof Normal normal) {
      var noise =
          tf.random.statelessRandomNormal(tf.constant(shape), tf.array(seed, 0L), type); // shape
      return tf.math.mul(noise, tf.dtypes.cast(tf.constant(normal.deviation()), type));
    }
    double value = ((Fill) this).value();
    return tf.fill(tf.constant(shape), tf.dtypes.cast(tf.constant(value), type));
  }
}
