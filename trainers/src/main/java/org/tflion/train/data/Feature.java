package org.tflion.train.data;

import java.util.List;
import org.tflion.Require;

/**
 * What every row of a batch has under one name: a model finds it by that name.
 *
 * @param name unique in a batch, such as {@code tokens}
 * @param type of its numbers
 * @param shape of what one row has, each size above 0; empty for a single number
 */
public record Feature(String name, Type type, List<Integer> shape) {

  /** How numbers lie in memory. */
  public enum Type {
    INT32,
    FLOAT32,
    /** Whole numbers from 0 to 255, such as pixels. */
    UINT8
  }

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if one is not above 0
   */
  public Feature {
    shape = List.copyOf(shape);
    Require.that(
        shape.stream().allMatch(size -> size > 0),
        "Feature: shape of " + name + " must have sizes above 0",
        shape);
  }

  /** A feature of whole numbers. */
  public static Feature ints(String name, Integer... shape) {
    return new Feature(name, Type.INT32, List.of(shape));
  }

  /** A feature of floating numbers. */
  public static Feature floats(String name, Integer... shape) {
    return new Feature(name, Type.FLOAT32, List.of(shape));
  }

  /** A feature of bytes. */
  public static Feature bytes(String name, Integer... shape) {
    return new Feature(name, Type.UINT8, List.of(shape));
  }

  /** Numbers of one row. */
  public long size() {
    return shape.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
  }
}
