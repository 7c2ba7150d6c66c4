package org.tflion.train.data.format;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tflion.Require;
import org.tflion.train.data.source.FileBytes;

/**
 * Cuts files into units, always in the same places, whoever reads them and in whatever order.
 *
 * @param target bytes of a unit; above 0; it grows until there is a place to cut
 * @param cutsText whether text may be cut before a space that follows something else
 */
public record Units(int target, boolean cutsText) {

  /** Half a second of a tokenizer's work. */
  public static final int TARGET = 1 << 22;

  private static final int BLOCK = 1 << 16;

  public Units {
    Require.that(target > 0, "Units: target must be above 0", target);
  }

  /**
   * The units of some files, in their order.
   *
   * @throws IllegalArgumentException if a file cannot be read, or is damaged
   */
  public List<Unit> of(List<Path> files) {
    List<Unit> units = new ArrayList<>();
    for (Path file : files) {
      try (FileChannel channel = FileChannel.open(file)) {
        add(file, channel, units);
      } catch (IOException e) {
        throw FileBytes.unreadable(file, e);
      }
    }
    return units;
  }

  private void add(Path file, FileChannel channel, List<Unit> units) throws IOException {
    Format format = Format.of(file);
    Require.that(
        format != Format.TOKENS, "data.path: text must not be in a .bin, which holds tokens", file);
    long size = channel.size();
    for (long from = 0, to; from < size; from = to) {
      to = end(file, format, channel, from);
      units.add(new Unit(file, format, from, to, to == size));
    }
  }

  private long end(Path file, Format format, FileChannel channel, long from) throws IOException {
    long size = channel.size();
    if (format == Format.TFRECORD) {
      long to = from;
      while (to < size && to - from < target) {
        to = TfRecords.next(file, channel, to);
      }
      return to;
    }
    if (size - from <= target || (format == Format.TEXT && !cutsText)) {
      return size;
    }
    return cut(channel, from + target, format == Format.JSON_LINES);
  }

  /** The first place from {@code at} on to cut; the end of the file if there is none. */
  private static long cut(FileChannel channel, long at, boolean afterLine) throws IOException {
    long size = channel.size();
    byte[] block = new byte[BLOCK];
    for (long from = at - 1; from < size - 1; from += BLOCK - 1) {
      int count = (int) Math.min(BLOCK, size - from);
      Blocks.read(channel, from, block, count);
      for (int i = 1; i < count; i++) {
        if (afterLine ? block[i - 1] == '\n' : isSpace(block[i]) && isVisible(block[i - 1])) {
          return from + i;
        }
      }
    }
    return size;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  /** The last byte of a character that is no white space, to be sure: some that are none miss. */
  private static boolean isVisible(byte b) {
    int last = Byte.toUnsignedInt(b);
    boolean ofSpace =
        last <= 0x8a
            || last == 0x9f
            || last == 0xa0
            || last == 0xa8
            || last == 0xa9
            || last == 0xaf;
    return last < 0x80 ? last > ' ' && last < 0x7f : !ofSpace;
  }
}
