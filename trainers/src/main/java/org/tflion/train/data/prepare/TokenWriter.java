package org.tflion.train.data.prepare;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/** The two files of a preparation, to which units are added in their order. */
final class TokenWriter implements AutoCloseable {

  private static final int BLOCK = 1 << 16;

  /** A file that only grows, and the checksum of all that is in it. */
  private static final class Growing implements AutoCloseable {

    private final FileChannel channel;
    private final CRC32C crc = new CRC32C();

    Growing(Path file) throws IOException {
      channel = FileChannel.open(file, CREATE, READ, WRITE);
    }

    /** Goes back to a length; whether that is there and has the checksum. */
    boolean rewind(long length, long checksum) throws IOException {
      crc.reset();
      if (channel.size() < length) {
        return false;
      }
      ByteBuffer block = ByteBuffer.allocate(BLOCK);
      for (long at = 0; at < length; at += block.position()) {
        block.clear().limit((int) Math.min(BLOCK, length - at));
        if (channel.read(block, at) < 0) {
          return false;
        }
        crc.update(block.array(), 0, block.position());
      }
      channel.truncate(length);
      return crc.getValue() == checksum;
    }

    void append(ByteBuffer bytes) throws IOException {
      crc.update(bytes.duplicate());
      while (bytes.hasRemaining()) {
        channel.write(bytes, channel.size());
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  private final int tokenBytes;
  private final Growing tokens;
  private final Growing ends;
  private long tokenCount;
  private long documentCount;

  TokenWriter(Path folder, int tokenBytes) throws IOException {
    this.tokenBytes = tokenBytes;
    tokens = new Growing(folder.resolve(PreparedFolder.TOKENS));
    ends = new Growing(folder.resolve(PreparedFolder.DOCUMENTS));
  }

  /** Goes back to where an entry of the journal was written; whether that can be done. */
  boolean rewind(Journal.Entry entry) throws IOException {
    tokenCount = entry.tokens();
    documentCount = entry.documents();
    boolean tokensHold = tokens.rewind(tokenCount * tokenBytes, entry.tokensCrc());
    boolean endsHold = ends.rewind(documentCount * Long.BYTES, entry.documentsCrc());
    return tokensHold && endsHold;
  }

  /** Adds the tokens of the next unit, and brings them to the disk. */
  Journal.Entry append(int unit, Encoded part) throws IOException {
    ByteBuffer marks = buffer(Math.multiplyExact(part.ends().length, Long.BYTES));
    for (int end : part.ends()) {
      marks.putLong(tokenCount + end);
      documentCount++;
    }
    ends.append(marks.flip());
    for (int from = 0; from < part.tokens().length; from += BLOCK) {
      int to = Math.min(from + BLOCK, part.tokens().length);
      tokens.append(packed(part.tokens(), from, to));
    }
    tokenCount += part.tokens().length;
    tokens.channel.force(false);
    ends.channel.force(false);
    return new Journal.Entry(
        unit + 1, tokenCount, documentCount, tokens.crc.getValue(), ends.crc.getValue());
  }

  private ByteBuffer packed(int[] values, int from, int to) {
    ByteBuffer packed = buffer((to - from) * tokenBytes);
    for (int i = from; i < to; i++) {
      if (tokenBytes == Short.BYTES) {
        packed.putShort((short) values[i]);
      } else {
        packed.putInt(values[i]);
      }
    }
    return packed.flip();
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  long tokens() {
    return tokenCount;
  }

  long documents() {
    return documentCount;
  }

  @Override
  public void close() throws IOException {
    try (tokens;
        ends) {
      // Both are closed, also if one fails.
    }
  }
}
