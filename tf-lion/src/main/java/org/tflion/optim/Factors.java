package org.tflion.optim;

import java.util.Comparator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.family.TNumber;

/**
 * The two axes over which Adafactor factors a second moment; any others are batches of matrices.
 *
 * @param largest the axis that rows are averaged over; of equal axes the last
 * @param second the axis that columns are averaged over
 */
record Factors(int largest, int second) {

  /** The axes of a shape, or null if its second largest is under {@code smallest}. */
  static @Nullable Factors of(Shape shape, long smallest) {
    int[] axes =
        IntStream.range(0, shape.numDimensions())
            .boxed()
            .sorted(Comparator.comparingLong(shape::get))
            .mapToInt(Integer::intValue)
            .toArray();
    int rank = axes.length;
    return rank >= 2 && shape.get(axes[rank - 2]) >= smallest
        ? new Factors(axes[rank - 1], axes[rank - 2])
        : null;
  }

  Shape without(Shape shape, int axis) {
    long[] sizes = shape.asArray();
    return Shape.of(
        IntStream.range(0, sizes.length).filter(a -> a != axis).mapToLong(a -> sizes[a]).toArray());
  }

  /** {@code gradient / sqrt(row * column / mean(row) + epsilon)}. */
  <T extends TNumber> Operand<T> divide(
      Ops tf, Operand<T> gradient, Operand<T> row, Operand<T> column, double epsilon) {
    int inRow = second > largest ? second - 1 : second;
    var mean = tf.math.mean(row, tf.constant(new int[] {inRow}), Mean.keepDims(true));
    var rows = tf.expandDims(tf.math.div(row, mean), tf.constant(largest));
    var columns = tf.expandDims(column, tf.constant(second));
    if (epsilon == 0) {
      // Two roots of vectors instead of one of the matrix.
      var half = tf.math.mul(gradient, tf.math.rsqrt(rows));
      return tf.math.mul(half, tf.math.rsqrt(columns));
    }
    var v = tf.math.add(tf.math.mul(rows, columns), Elementwise.scalar(tf, epsilon, gradient));
    return tf.math.mul(gradient, tf.math.rsqrt(v));
  }
}
