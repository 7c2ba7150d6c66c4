package org.tflion.discovery.interpret;

import java.util.Arrays;

/**
 * How a tree of tensors lies in one flat array: leaf after leaf, each in row-major order.
 *
 * <p>The functions of a program see a tensor as its elements, so its shape inside a leaf does not
 * matter and is not kept.
 */
public final class Leaves {

  private final int[] starts;

  private Leaves(int[] starts) {
    this.starts = starts;
  }

  /**
   * Leaves of these numbers of elements.
   *
   * @throws IllegalArgumentException if there is no leaf, or an empty one
   */
  public static Leaves of(int... sizes) {
    if (sizes.length == 0) {
      throw new IllegalArgumentException("Leaves: a tree must have a leaf (got none)");
    }
    int[] starts = new int[sizes.length + 1];
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] <= 0) {
        throw new IllegalArgumentException(
            "Leaves: sizes must be above 0 (got " + Arrays.toString(sizes) + ")");
      }
      starts[i + 1] = Math.addExact(starts[i], sizes[i]);
    }
    return new Leaves(starts);
  }

  /** How many leaves there are. */
  public int count() {
    return starts.length - 1;
  }

  /** How many elements all leaves have together. */
  public int size() {
    return starts[count()];
  }

  /** Where a leaf starts; the start of leaf {@code count()} is the end of the last one. */
  public int start(int leaf) {
    return starts[leaf];
  }
}
