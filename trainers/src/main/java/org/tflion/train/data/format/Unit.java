package org.tflion.train.data.format;

import java.nio.file.Path;
import java.util.List;
import org.tflion.Require;
import org.tflion.train.data.source.FileBytes;

/**
 * A piece of a file that is read at once, and by itself gives whole documents or a part of one.
 *
 * @param file that it is cut from
 * @param format of the file
 * @param from its first byte
 * @param to the byte after its last; above {@code from}
 * @param ends whether a document of text ends with it; other formats have whole documents
 */
public record Unit(Path file, Format format, long from, long to, boolean ends) {

  /** More than an array can hold with room for its text. */
  private static final long LARGEST = 1L << 29;

  /** Number of bytes. */
  public long size() {
    return to - from;
  }

  /**
   * Its bytes.
   *
   * @throws IllegalArgumentException if they are too many, or the file has shrunk since
   */
  byte[] bytes() {
    Require.that(
        size() <= LARGEST,
        "data.path: "
            + file
            + " must have a place to cut it every 512 MiB (text: a space or line end)",
        size() + " bytes without one");
    FileBytes all = FileBytes.open(List.of(file));
    Require.that(
        all.length() >= to, "data.path: " + file + " must not change while it is read", "less");
    byte[] bytes = new byte[(int) size()];
    all.read(from, bytes, 0, bytes.length);
    return bytes;
  }
}
