package org.tflion.optim;

import org.tensorflow.ndarray.Shape;
import org.tflion.Require;

/**
 * Which part of a tensor a variable holds: some neighbouring rows along one axis.
 *
 * @param whole shape of the tensor
 * @param axis that is cut
 * @param start first row of the part
 * @param length number of its rows; above 0
 */
public record Piece(Shape whole, int axis, long start, long length) {

  /**
   * Refuses what is no part of the tensor.
   *
   * @throws IllegalArgumentException if the axis is none of the tensor's, or a row is not there
   */
  public Piece {
    Require.that(
        axis >= 0 && axis < whole.numDimensions(), "Piece: axis must be one of " + whole, axis);
    Require.that(
        start >= 0 && length > 0 && start + length <= whole.get(axis),
        "Piece: rows must be among the " + whole.get(axis) + " of axis " + axis,
        start + "+" + length);
  }

  /** The shape of the part. */
  public Shape shape() {
    long[] sizes = whole.asArray();
    sizes[axis] = length;
    return Shape.of(sizes);
  }
}
