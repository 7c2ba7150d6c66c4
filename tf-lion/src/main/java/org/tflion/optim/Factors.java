package org.tflion.optim;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;

/**
 * What the axes of a weight are to Adafactor; those that are nothing here make a batch of matrices
 * that are clipped and scaled as one.
 *
 * @param rows averaged over for columns; none if nothing is factored
 * @param columns averaged over for rows; none if nothing is factored
 * @param batch never averaged over
 */
record Factors(List<Integer> rows, List<Integer> columns, List<Integer> batch) {

  Factors {
    rows = List.copyOf(rows);
    columns = List.copyOf(columns);
    batch = List.copyOf(batch);
  }

  /** The two largest axes, of equal ones the last; none if the second is under {@code smallest}. */
  static Factors largest(Shape shape, long smallest) {
    int[] axes =
        IntStream.range(0, shape.numDimensions())
            .boxed()
            .sorted(Comparator.comparingLong(shape::get))
            .mapToInt(Integer::intValue)
            .toArray();
    int rank = axes.length;
    return rank >= 2 && shape.get(axes[rank - 2]) >= smallest
        ? new Factors(List.of(axes[rank - 2]), List.of(axes[rank - 1]), List.of())
        : new Factors(List.of(), List.of(), List.of());
  }

  boolean isFactored() {
    return !rows.isEmpty();
  }

  /** The shape of averages over columns. */
  Shape rowShape(Shape weight) {
    return without(weight, columns);
  }

  /** The shape of averages over rows. */
  Shape columnShape(Shape weight) {
    return without(weight, rows);
  }

  <T extends TNumber> Operand<T> rowMean(Ops tf, Operand<T> values) {
    return tf.math.mean(values, axes(tf, columns));
  }

  <T extends TNumber> Operand<T> columnMean(Ops tf, Operand<T> values) {
    return tf.math.mean(values, axes(tf, rows));
  }

  /** The root mean square of a weight, or of each in a batch of them, to be broadcast over it. */
  <T extends TNumber> Operand<T> rootMeanSquare(Ops tf, Operand<T> values) {
    var square = tf.math.mul(values, values);
    if (batch.isEmpty()) {
      return tf.math.sqrt(Elementwise.mean(tf, square)); // []
    }
    var all = IntStream.range(0, values.shape().numDimensions()).boxed().toList();
    var averaged = all.stream().filter(axis -> !batch.contains(axis)).toList();
    return tf.math.sqrt(tf.math.mean(square, axes(tf, averaged), Mean.keepDims(true)));
  }

  /** {@code gradient / sqrt(row * column / mean(row) + epsilon)}. */
  <T extends TNumber> Operand<T> divide(
      Ops tf, Operand<T> gradient, Operand<T> row, Operand<T> column, double epsilon) {
    Shape whole = gradient.shape();
    var rows = tf.reshape(row, tf.constant(flat(whole, columns)));
    var columns = tf.reshape(column, tf.constant(flat(whole, this.rows)));
    var mean = tf.math.mean(rows, axes(tf, this.rows), Mean.keepDims(true));
    var share = tf.math.div(rows, mean);
    if (epsilon == 0) {
      // Two roots of vectors instead of one of the matrix.
      var half = tf.math.mul(gradient, tf.math.rsqrt(share));
      return tf.math.mul(half, tf.math.rsqrt(columns));
    }
    var v = tf.math.add(tf.math.mul(share, columns), Elementwise.scalar(tf, epsilon, gradient));
    return tf.math.mul(gradient, tf.math.rsqrt(v));
  }

  private static Operand<TInt32> axes(Ops tf, Collection<Integer> axes) {
    return tf.constant(axes.stream().mapToInt(Integer::intValue).toArray());
  }

  private static Shape without(Shape shape, List<Integer> axes) {
    return Shape.of(
        IntStream.range(0, shape.numDimensions())
            .filter(axis -> !axes.contains(axis))
            .mapToLong(shape::get)
            .toArray());
  }

  /** A shape with some axes of size 1. */
  private static long[] flat(Shape shape, List<Integer> axes) {
    return IntStream.range(0, shape.numDimensions())
        .mapToLong(axis -> axes.contains(axis) ? 1 : shape.get(axis))
        .toArray();
  }
}
