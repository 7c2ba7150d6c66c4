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
   * Whether every value of every tensor is finite, a scalar.
   *
   * @param tensors of any shapes and floating types; at least one
   */
  public static Operand<TBool> all(Ops tf, List<? extends Operand<? extends TNumber>> tensors) {
    List<Operand<TBool>> each = new ArrayList<>();
    for (Operand<? extends TNumber> tensor : tensors) {
      int[] axes = IntStream.range(0, tensor.shape().numDimensions()).toArray();
      each.add(tf.reduceAll(tf.math.isFinite(tensor), tf.constant(axes))); // []
    }
    return tf.reduceAll(tf.stack(each), tf.constant(0)); // []
  }
}
