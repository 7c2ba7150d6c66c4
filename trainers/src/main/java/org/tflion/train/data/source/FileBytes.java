package org.tflion.train.data.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;

/**
 * The bytes of files, one after the other.
 *
 * <p>Files stay on the disk, so that a corpus may be larger than memory; small ones are copied,
 * because opening thousands of them for every batch would cost time. A file is opened for each read
 * and closed again: no descriptor is held, and no memory is mapped, so that a file that shrinks
 * while it is in use is an error like any other, where a mapping would end the process.
 */
public final class FileBytes {

  /** Files below this size are copied into memory. */
  private static final int COPIED = 1 << 16;

  @SuppressWarnings("ArrayRecordComponent") // It is never compared, and not handed out.
  private record Piece(Path path, long size, byte @Nullable [] copy) {

    void read(long from, byte[] into, int offset, int count) {
      if (copy != null) {
        System.arraycopy(copy, (int) from, into, offset, count);
        return;
      }
      ByteBuffer rest = ByteBuffer.wrap(into, offset, count);
      try (FileChannel channel = FileChannel.open(path)) {
        if (channel.size() < size) {
          throw new IOException(
              "%s had %d bytes when it was opened and has %d now"
                  .formatted(path, size, channel.size()));
        }
        long at = from;
        for (int read = 0; rest.hasRemaining() && read >= 0; at += read) {
          read = channel.read(rest, at);
        }
        if (rest.hasRemaining()) {
          throw new IOException(path + " ends before byte " + (at + rest.remaining()));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private final List<Piece> pieces;

  /** Position of the first byte of each piece, and of the end. */
  private final long[] starts;

  private FileBytes(List<Piece> pieces) {
    this.pieces = pieces;
    this.starts = new long[pieces.size() + 1];
    for (int i = 0; i < pieces.size(); i++) {
      starts[i + 1] = starts[i] + pieces.get(i).size();
    }
  }

  /**
   * Opens files; empty ones are left out.
   *
   * @throws IllegalArgumentException if a file cannot be read
   */
  public static FileBytes open(List<Path> files) {
    List<Piece> pieces = new ArrayList<>();
    for (Path file : files) {
      try {
        long size = Files.size(file);
        if (size >= COPIED) {
          pieces.add(new Piece(file, size, null));
          requireReadable(file);
        } else if (size > 0) {
          byte[] copy = Files.readAllBytes(file);
          pieces.add(new Piece(file, copy.length, copy));
        }
      } catch (IOException e) {
        throw unreadable(file, e);
      }
    }
    return new FileBytes(pieces);
  }

  private static void requireReadable(Path file) throws IOException {
    FileChannel.open(file).close();
  }

  /** The refusal of a file that cannot be read. */
  public static IllegalArgumentException unreadable(Path path, IOException cause) {
    // The messages of these exceptions repeat the path.
    String why =
        cause instanceof NoSuchFileException
            ? "it is gone"
            : cause.getClass().getSimpleName().replace("Exception", "");
    return new IllegalArgumentException(
        "data.path: cannot read %s (%s)".formatted(path, why), cause);
  }

  /** The files, without empty ones. */
  List<Path> files() {
    return pieces.stream().map(Piece::path).toList();
  }

  /** Number of bytes of all files. */
  public long length() {
    return starts[pieces.size()];
  }

  /**
   * Where each file begins, and where the last ends, without empty ones // [files + 1], increasing.
   */
  public long[] starts() {
    return starts.clone();
  }

  /**
   * Copies bytes {@code [from, from + count)} to {@code into[offset ...]}.
   *
   * @throws IndexOutOfBoundsException if either range is not wholly inside
   * @throws UncheckedIOException if a file has shrunk or cannot be read any more
   */
  public void read(long from, byte[] into, int offset, int count) {
    Objects.checkFromIndexSize(from, (long) count, length());
    Objects.checkFromIndexSize(offset, count, into.length);
    for (int done = 0, piece = pieceOf(from); done < count; piece++) {
      long at = from + done - starts[piece];
      int part = (int) Math.min(count - done, starts[piece + 1] - starts[piece] - at);
      pieces.get(piece).read(at, into, offset + done, part);
      done += part;
    }
  }

  /**
   * Refuses files whose bytes are no whole number of items.
   *
   * @param width bytes of an item
   * @throws IllegalArgumentException naming the first such file
   */
  void requireWhole(int width) {
    for (Piece piece : pieces) {
      Require.that(
          piece.size() % width == 0,
          "data.path: %s must hold tokens of %d bytes each".formatted(piece.path(), width),
          piece.size() + " bytes");
    }
  }

  /** The place of a byte in words: its file, and its number there. */
  String place(long position, int width) {
    int piece = pieceOf(position);
    return (position - starts[piece]) / width + " of " + pieces.get(piece).path();
  }

  private int pieceOf(long position) {
    int found = Arrays.binarySearch(starts, position);
    return found >= 0 ? found : -found - 2;
  }
}
