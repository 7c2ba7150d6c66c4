package org.tflion.train.data.format;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Reads parts of an open file. */
final class Blocks {

  private Blocks() {}

  /** Reads bytes {@code [from, from + count)} to the front of an array. */
  static void read(FileChannel channel, long from, byte[] into, int count) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(into, 0, count);
    while (rest.hasRemaining()) {
      if (channel.read(rest, from + rest.position()) < 0) {
        throw new EOFException();
      }
    }
  }
}
