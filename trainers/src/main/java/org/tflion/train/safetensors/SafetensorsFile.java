package org.tflion.train.safetensors;

import static java.nio.file.StandardOpenOption.READ;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;

/**
 * One file of tensors.
 *
 * <pre>{@code
 * 8 bytes   N, little-endian
 * N bytes   JSON: name -> dtype, shape, data_offsets
 * the rest  numbers of the tensors, one after the other
 * }</pre>
 *
 * <p>Opening it reads the header alone; no length in it is believed beyond the size of the file.
 *
 * @see <a href="https://huggingface.co/docs/safetensors">the format</a>
 */
public final class SafetensorsFile implements AutoCloseable {

  /** As the format's own reader has it. */
  private static final long LARGEST_HEADER = 100_000_000;

  private static final int LENGTH_BYTES = Long.BYTES;
  private static final int BUFFER = 1 << 20;

  private final Path file;
  private final FileChannel channel;
  private final long dataStart;
  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();

  private SafetensorsFile(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    long room = channel.size() - LENGTH_BYTES;
    Require.that(room >= 0, file + " must have 8 bytes at least", channel.size());
    long length = read(0, LENGTH_BYTES).getLong();
    Require.that(
        length >= 0 && length <= Math.min(room, LARGEST_HEADER),
        file + ": the header must lie within the file, and within " + LARGEST_HEADER + " bytes",
        Long.toUnsignedString(length));
    dataStart = LENGTH_BYTES + length;
    byte[] text = read(LENGTH_BYTES, (int) length).array();
    try {
      Header.parse(text, room - length).tensors().forEach(t -> tensors.put(t.name(), t));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": header: " + e.getMessage(), e);
    }
  }

  /**
   * Opens a file.
   *
   * @throws IllegalArgumentException if it is not such a file, saying why
   * @throws UncheckedIOException if it cannot be read
   */
  public static SafetensorsFile open(Path file) {
    FileChannel channel = null;
    try {
      channel = FileChannel.open(file, READ);
      return new SafetensorsFile(file, channel);
    } catch (IOException e) {
      close(channel);
      throw new UncheckedIOException(e);
    } catch (IllegalArgumentException e) {
      close(channel);
      throw e;
    }
  }

  private static void close(@Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the file holds, in the order of its bytes. */
  public Map<String, StoredTensor> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  /**
   * The numbers of a tensor of 16 or 32 bit floats, row after row.
   *
   * @throws IllegalArgumentException if it is not there, of another type, or larger than an array
   */
  public float[] floats(String name) {
    StoredTensor tensor = get(name);
    Require.that(
        tensor.type().isFloat32OrLess(),
        "%s: tensor %s must be of F32, F16 or BF16".formatted(file, name),
        tensor.type());
    float[] values = new float[length(tensor)];
    int[] next = {0};
    each(
        tensor,
        buffer -> {
          while (buffer.hasRemaining()) {
            values[next[0]++] = tensor.type().next(buffer);
          }
        });
    return values;
  }

  /**
   * The numbers of a tensor of 64 bit integers, row after row.
   *
   * @throws IllegalArgumentException as {@link #floats}
   */
  public long[] longs(String name) {
    StoredTensor tensor = get(name);
    Require.that(
        tensor.type() == ElementType.I64,
        "%s: tensor %s must be of I64".formatted(file, name),
        tensor.type());
    long[] values = new long[length(tensor)];
    int[] next = {0};
    each(
        tensor,
        buffer -> {
          while (buffer.hasRemaining()) {
            values[next[0]++] = buffer.getLong();
          }
        });
    return values;
  }

  private StoredTensor get(String name) {
    StoredTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(file + " must have a tensor " + name + " (got none)");
    }
    return tensor;
  }

  private int length(StoredTensor tensor) {
    Require.that(
        tensor.size() <= Integer.MAX_VALUE - 8,
        "%s: tensor %s must have fewer than 2^31 numbers".formatted(file, tensor.name()),
        tensor.size());
    return (int) tensor.size();
  }

  private void each(StoredTensor tensor, Consumer<ByteBuffer> reader) {
    try {
      for (long at = tensor.begin(); at < tensor.end(); at += BUFFER) {
        reader.accept(read(dataStart + at, (int) Math.min(BUFFER, tensor.end() - at)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ByteBuffer read(long at, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, at + buffer.position()) < 0) {
        throw new EOFException(file + " has become shorter while it was read");
      }
    }
    return buffer.flip();
  }

  @Override
  public void close() {
    close(channel);
  }
}
