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
}
