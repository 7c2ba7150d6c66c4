package org.tflion.tpu.topology;

import java.util.ArrayList;
import java.util.List;

/**
 * An array of devices stored in row-major order: the last axis runs fastest.
 *
 * @param sizes devices along each axis, slowest first
 */
record Grid(List<Integer> sizes) {

  /**
   * Walks the grid with its axes in another order.
   *
   * @param order every axis of size above 1, slowest first
   * @return the storage index of each position of the walk
   */
  List<Integer> walk(List<Integer> order) {
    List<Integer> indices = new ArrayList<>();
    for (int position = 0; position < Shapes.product(sizes); position++) {
      int rest = position;
      int index = 0;
      for (int i = order.size() - 1; i >= 0; i--) {
        int axis = order.get(i);
        index += rest % sizes.get(axis) * stride(axis);
        rest /= sizes.get(axis);
      }
      indices.add(index);
    }
    return indices;
  }

  private int stride(int axis) {
    return Shapes.product(sizes.subList(axis + 1, sizes.size()));
  }
}
