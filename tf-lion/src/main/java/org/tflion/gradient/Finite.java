package org.tflion.gradient;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.family.TNumber;

/** Whether numbers are numbers: neither NaN nor infinite. */
public final class Finite {

  private Finite() {}

  /**
   * Whether every value of every tensor is finite, a scalar. The tensors are looked at one after
   * the other: a byte for each value exists of one of them at a time.
   *
   * @param tensors of any shapes and floating types; at least one
   */
  public static Operand<TBool> all(Ops tf, List<? extends Operand<? extends TNumber>> tensors) {
    List<Operand<TBool>> each = new ArrayList<>();
    Ops next = tf;
    for (Operand<? extends TNumber> tensor : tensors) {
      int[] axes = IntStream.range(0, tensor.shape().numDimensions()).toArray();
      Operand<TBool> finite = tf.reduceAll(next.math.isFinite(tensor), tf.constant(axes)); // []
      each.add(finite);
      next = tf.withControlDependencies(finite);
    }
    return tf.reduceAll(tf.stack(each), tf.constant(0)); // []
  }
}
