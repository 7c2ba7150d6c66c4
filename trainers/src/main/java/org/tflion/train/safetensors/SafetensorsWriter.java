package org.tflion.train.safetensors;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import org.tflion.Require;

/** Writes one file of float32 tensors, which must not be there yet, in the order of a header. */
final class SafetensorsWriter implements AutoCloseable {

  private static final int BUFFER = 1 << 20;

  private final List<StoredTensor> tensors;
  private final FileChannel channel;
  private int next;

  private SafetensorsWriter(List<StoredTensor> tensors, FileChannel channel) {
    this.tensors = tensors;
    this.channel = channel;
  }

  static SafetensorsWriter create(Path file, Header header) {
    try {
      FileChannel channel = FileChannel.open(file, CREATE_NEW, WRITE);
      SafetensorsWriter writer = new SafetensorsWriter(header.tensors(), channel);
      byte[] text = header.json();
      writer.write(little(Long.BYTES).putLong(text.length));
      writer.write(little(text.length).put(text));
      return writer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Writes the next tensor. */
  void add(String name, float[] values) {
    StoredTensor tensor = tensors.get(next++);
    Require.that(
        tensor.name().equals(name) && tensor.size() == values.length,
        "SafetensorsWriter: next must be " + tensor,
        name + " of " + values.length);
    try {
      for (int at = 0; at < values.length; ) {
        int count = Math.min(values.length - at, BUFFER / Float.BYTES);
        ByteBuffer buffer = little(count * Float.BYTES);
        buffer.asFloatBuffer().put(values, at, count);
        write(buffer.position(buffer.limit()));
        at += count;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(ByteBuffer filled) throws IOException {
    filled.flip();
    while (filled.hasRemaining()) {
      channel.write(filled);
    }
  }

  /** Carries the file to the disk; the last tensor must have been added. */
  @Override
  public void close() {
    try (channel) {
      channel.force(true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
