package org.tflion.tpu.lower;

import java.util.List;
import java.util.OptionalInt;

/**
 * One parameter of a lowered step; its number is its place in {@link Lowered#arguments}.
 *
 * @param name the graph's node that provides it: a placeholder, a variable or a constant
 * @param type number of its element type in {@code xla.PrimitiveType}; 11 is float32, 16 bfloat16
 * @param shape its whole shape, before it is cut for several devices
 * @param result index of the result that takes over its memory, the new value of a variable; empty
 *     if the step leaves it as it is
 */
public record Argument(String name, int type, List<Long> shape, OptionalInt result) {

  public Argument {
    shape = List.copyOf(shape);
  }

  /**
   * Returns the bytes of each of its elements.
   *
   * @throws IllegalStateException if its type is none that a training step stores
   */
  public int elementBytes() {
    return switch (type) {
      case 1, 2, 6 -> 1; // bool, int8, uint8
      case 3, 7, 10, 16 -> 2; // int16, uint16, float16, bfloat16
      case 4, 8, 11 -> 4; // int32, uint32, float32
      case 5, 9, 12 -> 8; // int64, uint64, float64
      default -> throw new IllegalStateException("Argument: " + name + " has type " + type);
    };
  }
}
