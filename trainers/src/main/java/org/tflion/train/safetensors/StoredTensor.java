package org.tflion.train.safetensors;

import java.util.List;

/**
 * One tensor of a file.
 *
 * @param name unique in the file
 * @param type of its numbers
 * @param shape its sizes, each 0 or more
 * @param begin its first byte, counted from the end of the header
 * @param end the byte after its last
 */
public record StoredTensor(String name, ElementType type, List<Long> shape, long begin, long end) {

  public StoredTensor {
    shape = List.copyOf(shape);
  }

  /** A float32 tensor that begins at some byte. */
  static StoredTensor float32(String name, List<Long> shape, long begin) {
    long bytes = bytes(ElementType.F32, shape);
    return new StoredTensor(name, ElementType.F32, shape, begin, begin + bytes);
  }

  /** Number of its numbers. */
  public long size() {
    return (end - begin) / type.bytes();
  }

  /**
   * Bytes of a tensor.
   *
   * @throws ArithmeticException if a long cannot count them
   */
  static long bytes(ElementType type, List<Long> shape) {
    long bytes = type.bytes();
    for (long size : shape) {
      bytes = Math.multiplyExact(bytes, size);
    }
    return bytes;
  }
}
