package org.tflion.tpu.topology;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The offered slices, in ascending size, and the spelling {@code 2x2x4} of a shape. */
final class Shapes {

  static final String V2 = "2x2 4x4 4x8 8x8 8x16 16x16";
  static final String V3 = V2 + " 16x32 32x32";
  static final String SMALL_POD = "1x1 2x2 2x4 4x4 4x8 8x8 8x16 16x16";
  private static final String CUBES = "2x2x1 2x2x2 2x2x4 2x4x4 4x4x4 4x4x8 4x8x8 8x8x8";
  static final String V4 = CUBES + " 8x8x12 8x8x16 8x16x16 16x16x16";
  static final String V5P = CUBES + " 8x8x16 8x16x16 16x16x16 16x16x24";
  static final String TPU7X = CUBES + " 8x8x16 8x16x16 16x16x16 16x16x24 16x24x24";

  private Shapes() {}

  static List<Integer> parse(String text) {
    return Arrays.stream(text.split("x", -1)).map(Integer::valueOf).toList();
  }

  static String format(List<Integer> shape) {
    return shape.stream().map(String::valueOf).collect(Collectors.joining("x"));
  }

  static int product(List<Integer> shape) {
    return shape.stream().reduce(1, Math::multiplyExact);
  }
}
