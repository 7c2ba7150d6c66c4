package org.tflion.train.data.format;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.tflion.Require;

/**
 * A file of bytes in rows, as MNIST has it: two zeros, the type 8, the number of dimensions, their
 * sizes of four bytes each, the first byte the highest, and the values; all of it may be gzipped.
 *
 * @param sizes of the dimensions, the first being the number of rows
 * @param values row after row
 * @see <a href="http://yann.lecun.com/exdb/mnist/">LeCun, Cortes and Burges, the MNIST database</a>
 */
@SuppressWarnings("ArrayRecordComponent") // Copying or comparing a data set would only cost time.
public record IdxFile(List<Integer> sizes, byte[] values) {

  private static final int BYTES = 8;
  private static final int MOST_DIMENSIONS = 8;

  public IdxFile {
    sizes = List.copyOf(sizes);
  }

  /**
   * Reads a file, unzipping it if its name ends in {@code .gz}.
   *
   * @param dimensions that it must have
   * @throws IllegalArgumentException if it cannot be read, is not such a file, or is cut off
   */
  public static IdxFile read(Path file, int dimensions) {
    try (InputStream plain = new BufferedInputStream(Files.newInputStream(file));
        InputStream bytes = file.toString().endsWith(".gz") ? new GZIPInputStream(plain) : plain) {
      return read(file, new DataInputStream(bytes), dimensions);
    } catch (EOFException | ZipException e) {
      throw new IllegalArgumentException(
          "%s must be a whole file (got one that is cut off or damaged)".formatted(file), e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "%s must be readable (got %s)".formatted(file, e.getClass().getSimpleName()), e);
    }
  }

  private static IdxFile read(Path file, DataInputStream in, int dimensions) throws IOException {
    int magic = in.readInt();
    Require.that(
        magic == (BYTES << 8 | dimensions) && dimensions <= MOST_DIMENSIONS,
        "%s must be an idx file of bytes in %d dimensions".formatted(file, dimensions),
        "0x%08x in its first four bytes".formatted(magic));
    List<Integer> sizes = new ArrayList<>();
    long all = 1;
    for (int i = 0; i < dimensions; i++) {
      int size = in.readInt();
      all = size > 0 && all <= Integer.MAX_VALUE ? all * size : -1;
      sizes.add(size);
    }
    Require.that(
        all > 0 && all < Integer.MAX_VALUE - 8L,
        file + " must have sizes above 0 and fewer than 2^31 values",
        sizes);
    byte[] values = in.readNBytes((int) all);
    if (values.length < all) {
      throw new EOFException();
    }
    Require.that(in.read() < 0, file + " must end after its values", "more bytes");
    return new IdxFile(sizes, values);
  }

  /** Number of rows. */
  public int rows() {
    return sizes.get(0);
  }
}
