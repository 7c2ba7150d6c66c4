package org.tflion.optim;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
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

  /**
   * A second moment in factors.
   *
   * @param row averages over columns
   * @param column averages over rows
   * @param epsilon added to their product
   */
  record Second<T extends TNumber>(Operand<T> row, Operand<T> column, double epsilon) {}

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

  /** The axes of the weight that averages over columns have. */
  List<Integer> rowAxes(Shape weight) {
    return others(weight, columns);
  }

  /** The axes of the weight that averages over rows have. */
  List<Integer> columnAxes(Shape weight) {
    return others(weight, rows);
  }

  <T extends TNumber> Operand<T> rowMean(Ops tf, Whole whole, Operand<T> values) {
    return whole.mean(tf, values, columns, false);
  }

  <T extends TNumber> Operand<T> columnMean(Ops tf, Whole whole, Operand<T> values) {
    return whole.mean(tf, values, rows, false);
  }

  /** The root mean square of a weight, or of each in a batch of them, to be broadcast over it. */
  <T extends TNumber> Operand<T> rootMeanSquare(Ops tf, Whole whole, Operand<T> values) {
    var square = tf.math.mul(values, values);
    if (batch.isEmpty()) {
      return tf.math.sqrt(whole.mean(tf, square)); // []
    }
    return tf.math.sqrt(whole.mean(tf, square, others(values.shape(), batch), true));
  }

  /** {@code gradient / sqrt(row * column / mean(row) + epsilon)}. */
  <T extends TNumber> Operand<T> divide(
      Ops tf, Whole whole, Operand<T> gradient, Second<T> second) {
    Shape shape = gradient.shape();
    var rows = tf.reshape(second.row(), tf.constant(flat(shape, columns)));
    var columns = tf.reshape(second.column(), tf.constant(flat(shape, this.rows)));
    var mean = whole.mean(tf, rows, this.rows, true);
    var share = tf.math.div(rows, mean);
    if (second.epsilon() == 0) {
      // Two roots of vectors instead of one of the matrix.
      var half = tf.math.mul(gradient, tf.math.rsqrt(share));
      return tf.math.mul(half, tf.math.rsqrt(columns));
    }
    var v =
        tf.math.add(
            tf.math.mul(share, columns), Elementwise.scalar(tf, second.epsilon(), gradient));
    return tf.math.mul(gradient, tf.math.rsqrt(v));
  }

  private static List<Integer> others(Shape shape, List<Integer> axes) {
    return IntStream.range(0, shape.numDimensions())
        .boxed()
        .filter(axis -> !axes.contains(axis))
        .toList();
  }

  private static Shape without(Shape shape, List<Integer> axes) {
    return Shape.of(others(shape, axes).stream().mapToLong(shape::get).toArray());
  }

  /** A shape with some axes of size 1. */
  private static long[] flat(Shape shape, List<Integer> axes) {
    return IntStream.range(0, shape.numDimensions())
        .mapToLong(axis -> axes.contains(axis) ? 1 : shape.get(axis))
        .toArray();
  }
}
