package org.tflion.train.data.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.tflion.Require;

/**
 * The framing of TFRecord files and TensorBoard's event files.
 *
 * <pre>{@code
 * record = length (8 bytes), mask(crc32c(length)) (4), data, mask(crc32c(data)) (4)
 * mask(c) = rotateRight(c, 15) + 0xa282ead8          all lowest byte first
 * }</pre>
 *
 * @see <a
 *     href="https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details">Format
 *     details</a>
 */
public final class TfRecords {

  private static final int HEADER = Long.BYTES + Integer.BYTES;
  private static final int FRAME = HEADER + Integer.BYTES;
  private static final int MASK = 0xa282ead8;

  private TfRecords() {}

  /** A record with its frame. */
  public static byte[] framed(byte[] data) {
    ByteBuffer buffer = ByteBuffer.allocate(FRAME + data.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putLong(data.length);
    buffer.putInt(masked(buffer.array(), 0, Long.BYTES));
    return buffer.put(data).putInt(masked(data, 0, data.length)).array();
  }

  /**
   * Where the record after the one at {@code from} begins.
   *
   * @throws IllegalArgumentException if the file does not hold a whole record there
   */
  static long next(Path file, FileChannel channel, long from) throws IOException {
    long left = channel.size() - from;
    require(left >= FRAME, file, from, "the file is cut off");
    byte[] header = new byte[HEADER];
    Blocks.read(channel, from, header, HEADER);
    ByteBuffer buffer = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    long length = buffer.getLong();
    require(
        buffer.getInt() == masked(header, 0, Long.BYTES),
        file,
        from,
        "the checksum of its length is wrong; if the file is compressed, uncompress it");
    require(length >= 0 && length <= left - FRAME, file, from, "the file is cut off");
    return from + FRAME + length;
  }

  /**
   * The records of a unit, one after the other.
   *
   * @throws IllegalArgumentException if one is damaged
   */
  static void read(Unit unit, Consumer<ByteBuffer> records) {
    ByteBuffer bytes = ByteBuffer.wrap(unit.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      int at = bytes.position();
      long place = unit.from() + at;
      boolean whole = bytes.remaining() >= FRAME;
      long length = whole ? bytes.getLong(at) : -1;
      require(
          length >= 0 && length <= bytes.remaining() - FRAME,
          unit.file(),
          place,
          "the file has changed");
      int data = at + HEADER;
      int end = data + (int) length;
      require(
          bytes.getInt(end) == masked(bytes.array(), data, (int) length),
          unit.file(),
          place,
          "the checksum of its data is wrong");
      records.accept(bytes.slice(data, (int) length));
      bytes.position(end + Integer.BYTES);
    }
  }

  private static void require(boolean holds, Path file, long at, String fault) {
    Require.that(holds, "data.path: " + file + " must hold a whole TFRecord at byte " + at, fault);
  }

  private static int masked(byte[] bytes, int offset, int count) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, count);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }
}
