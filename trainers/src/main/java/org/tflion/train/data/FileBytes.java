package org.tflion.train.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The bytes of files, one after the other: each byte is a token.
 *
 * <p>Files are mapped into memory in windows, so that a corpus may be larger than the heap; the
 * windows go when the garbage collector finds them. Small files are copied instead, because systems
 * limit the number of mappings. A file must not shrink while it is in use.
 */
final class FileBytes implements TokenSource {

  /** How files become buffers: windows of at most this size, and copies below that size. */
  record Windows(long largest, long copied) {
    /** A buffer holds at most 2 GiB; Linux allows 65,530 mappings. */
    static final Windows DEFAULT = new Windows(1L << 30, 1L << 16);
  }

  private final ByteBuffer[] windows;

  /** Position of the first byte of each window, and of the end. */
  private final long[] starts;

  private FileBytes(List<ByteBuffer> windows) {
    this.windows = windows.toArray(ByteBuffer[]::new);
    this.starts = new long[windows.size() + 1];
    for (int i = 0; i < this.windows.length; i++) {
      starts[i + 1] = starts[i] + this.windows[i].limit();
    }
  }

  /**
   * Opens files; they are closed again when it returns.
   *
   * @throws IllegalArgumentException if a file cannot be read
   */
  static FileBytes open(List<Path> files, Windows rule) {
    List<ByteBuffer> windows = new ArrayList<>();
    for (Path file : files) {
      try (FileChannel channel = FileChannel.open(file)) {
        add(channel, rule, windows);
      } catch (IOException e) {
        throw TextFiles.unreadable(file, e);
      }
    }
    return new FileBytes(windows);
  }

  private static void add(FileChannel channel, Windows rule, List<ByteBuffer> windows)
      throws IOException {
    long size = channel.size();
    if (size < rule.copied()) {
      ByteBuffer copy = ByteBuffer.allocate((int) size);
      while (copy.hasRemaining() && channel.read(copy) >= 0) {}
      addNonEmpty(copy.flip(), windows);
      return;
    }
    for (long at = 0; at < size; at += rule.largest()) {
      long length = Math.min(rule.largest(), size - at);
      addNonEmpty(channel.map(FileChannel.MapMode.READ_ONLY, at, length), windows);
    }
  }

  /** Windows without bytes would make two of them start at the same position. */
  private static void addNonEmpty(ByteBuffer window, List<ByteBuffer> windows) {
    if (window.limit() > 0) {
      windows.add(window);
    }
  }

  @Override
  public long length() {
    return starts[windows.length];
  }

  @Override
  public void copy(long from, int[] into, int offset, int count) {
    Objects.checkFromIndexSize(from, (long) count, length());
    Objects.checkFromIndexSize(offset, count, into.length);
    for (int done = 0, window = windowOf(from); done < count; window++) {
      int at = (int) (from + done - starts[window]);
      int part = Math.min(count - done, windows[window].limit() - at);
      for (int i = 0; i < part; i++) {
        into[offset + done + i] = Byte.toUnsignedInt(windows[window].get(at + i));
      }
      done += part;
    }
  }

  private int windowOf(long position) {
    int found = Arrays.binarySearch(starts, position);
    return found >= 0 ? found : -found - 2;
  }

  @Override
  public String toString() {
    return length() + " bytes of files";
  }
}
