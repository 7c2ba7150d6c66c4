package org.tflion.discovery.network;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * An array of unsigned bytes in the format of the MNIST files, compressed by gzip.
 *
 * @see <a href="http://yann.lecun.com/exdb/mnist/">the format</a>
 */
final class IdxFile {

  private static final int UNSIGNED_BYTES = 0x08;

  private final int[] dimensions;
  private final byte[] bytes;

  private IdxFile(int[] dimensions, byte[] bytes) {
    this.dimensions = dimensions;
    this.bytes = bytes;
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException if it has another format, or ends early
   */
  static IdxFile read(Path file) throws IOException {
    try (var in = new DataInputStream(new GZIPInputStream(Files.newInputStream(file)))) {
      int magic = in.readInt();
      int rank = magic & 0xFF;
      if (magic >>> 8 != UNSIGNED_BYTES || rank == 0) {
        throw wrong(file, "must start with the magic number of unsigned bytes");
      }
      int[] dimensions = new int[rank];
      long size = 1;
      for (int i = 0; i < rank; i++) {
        dimensions[i] = in.readInt();
        size = dimensions[i] > 0 ? Math.multiplyExact(size, dimensions[i]) : Long.MAX_VALUE;
      }
      if (size > Integer.MAX_VALUE) {
        throw wrong(file, "must have from 1 to 2^31 - 1 elements");
      }
      byte[] bytes = in.readNBytes((int) size);
      if (bytes.length < size) {
        throw new EOFException();
      }
      return new IdxFile(dimensions, bytes);
    } catch (EOFException | ZipException | ArithmeticException damaged) {
      throw wrong(file, "must be a whole IDX file compressed by gzip");
    }
  }

  /** How many dimensions the array has. */
  int rank() {
    return dimensions.length;
  }

  /** The size of one dimension, the slowest first. */
  int size(int dimension) {
    return dimensions[dimension];
  }

  /** All elements, in row-major order. */
  byte[] bytes() {
    return bytes;
  }

  private static IllegalArgumentException wrong(Path file, String rule) {
    return new IllegalArgumentException("IdxFile: " + file + " " + rule);
  }
}
