package org.tflion.train.data.source;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.Optional;

/**
 * Tokens in files, each as a whole number of 1, 2 or 4 bytes without sign, lowest byte first: plain
 * text as bytes, or the {@code .bin} files of nanoGPT.
 *
 * <p>Every token is compared with the vocabulary when it is read, so that no damaged file reaches a
 * model, whose lookup would be undefined.
 */
public final class PackedTokens implements TokenSource {

  private static final int BLOCK = 1 << 16;

  private final FileBytes bytes;
  private final int width;
  private final int vocabulary;
  private final String name;

  /**
   * Tokens of some files.
   *
   * @param width bytes of a token: 1, 2 or 4
   * @param vocabulary number of different tokens; above 0
   * @param name for refusals
   * @throws IllegalArgumentException if the bytes of a file are no whole number of tokens
   */
  public PackedTokens(FileBytes bytes, int width, int vocabulary, String name) {
    bytes.requireWhole(width);
    this.bytes = bytes;
    this.width = width;
    this.vocabulary = vocabulary;
    this.name = name;
  }

  @Override
  public long length() {
    return bytes.length() / width;
  }

  @Override
  public void copy(long from, int[] into, int offset, int count) {
    Objects.checkFromIndexSize(from, (long) count, length());
    Objects.checkFromIndexSize(offset, count, into.length);
    byte[] packed = new byte[Math.min(count, BLOCK) * width];
    for (int done = 0; done < count; done += BLOCK) {
      int part = Math.min(count - done, BLOCK);
      bytes.read((from + done) * width, packed, 0, part * width);
      unpack(packed, from + done, into, offset + done, part);
    }
  }

  @Override
  public Optional<FileTokens> inFiles() {
    return Optional.of(new FileTokens(bytes.files(), width, 0));
  }

  private void unpack(byte[] packed, long from, int[] into, int offset, int count) {
    ByteBuffer buffer = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      int token =
          switch (width) {
            case 1 -> Byte.toUnsignedInt(buffer.get(i));
            case 2 -> Short.toUnsignedInt(buffer.getShort(2 * i));
            default -> buffer.getInt(4 * i);
          };
      if (Integer.compareUnsigned(token, vocabulary) >= 0) {
        throw new IllegalArgumentException(
            "data.path: tokens must be below the tokenizer's %d (got %s at token %s); set data.tokenizer or data.token_type to what the file was made with"
                .formatted(
                    vocabulary,
                    Integer.toUnsignedString(token),
                    bytes.place((from + i) * width, width)));
      }
      into[offset + i] = token;
    }
  }

  /**
   * Reads all tokens once, or, of more than {@code most}, that many at equal distances.
   *
   * @throws IllegalArgumentException at a token outside the vocabulary
   */
  public void check(long most) {
    int[] tokens = new int[BLOCK];
    long blocks = (length() + BLOCK - 1) / BLOCK;
    long checked = Math.min(blocks, Math.max(most / BLOCK, 1));
    for (long i = 0; i < checked; i++) {
      long from = (i == checked - 1 ? blocks - 1 : blocks / checked * i) * BLOCK;
      copy(from, tokens, 0, (int) Math.min(BLOCK, length() - from));
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
