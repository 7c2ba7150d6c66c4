package org.tflion.train.model;

import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Empty;
import org.tensorflow.types.TInt64;
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
      // The zeros are of an operation with effects: without it, TensorFlow would fold the whole
      // value
      // into a constant, which takes as much memory as the variable for as long as the session.
      var zeros = tf.empty(tf.array(2), TInt64.class, Empty.init(true)); // [2]
      var key = tf.math.add(zeros, tf.array(seed, 0L)); // [2]
      var noise = tf.random.statelessRandomNormal(tf.constant(shape), key, type); // shape
      return tf.math.mul(noise, tf.dtypes.cast(tf.constant(normal.deviation()), type));
    }
    double value = ((Fill) this).value();
    return tf.fill(tf.constant(shape), tf.dtypes.cast(tf.constant(value), type));
  }
}
