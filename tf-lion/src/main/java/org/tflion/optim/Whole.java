package org.tflion.optim;

import java.util.Collection;
import java.util.stream.IntStream;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.family.TNumber;

/** The whole of a weight, for a rule that is handed a part of it. */
public interface Whole {

  /** Of a weight that is handed over whole. */
  Whole ITSELF =
      new Whole() {
        @Override
        public Shape shape(Shape handed) {
          return handed;
        }

        @Override
        public <T extends TNumber> Operand<T> mean(
            Ops tf, Operand<T> values, Collection<Integer> axes, boolean keepDims) {
          int[] averaged = axes.stream().mapToInt(Integer::intValue).toArray();
          return tf.math.mean(values, tf.constant(averaged), Mean.keepDims(keepDims));
        }
      };

  /**
   * The shape of the whole weight.
   *
   * @param handed the shape of what the rule is handed
   */
  Shape shape(Shape handed);

  /**
   * A mean over axes of the whole weight.
   *
   * @param values of as many axes as the weight
   * @param axes to average over
   * @param keepDims whether they stay, with size 1
   */
  <T extends TNumber> Operand<T> mean(
      Ops tf, Operand<T> values, Collection<Integer> axes, boolean keepDims);

  /** The mean of all values of the whole weight, a scalar. */
  default <T extends TNumber> Operand<T> mean(Ops tf, Operand<T> values) {
    return mean(
        tf, values, IntStream.range(0, values.shape().numDimensions()).boxed().toList(), false);
  }
}
