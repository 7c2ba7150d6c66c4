package org.tflion.train.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A short name for the content of a corpus, by which a resumed run knows its data again.
 *
 * <p>SHA-256 over the size of every file (8 bytes, big-endian, in order) and then the bytes. Of a
 * corpus above 64 MiB it takes 1,024 blocks of 64 KiB at equal distances, the first and the last
 * included: a change between two blocks that keeps all sizes goes unseen. Names do not count.
 */
final class Fingerprint {

  private static final int BLOCK = 1 << 16;
  private static final int BLOCKS = 1 << 10;

  private Fingerprint() {}

  /** The fingerprint as 64 hexadecimal digits. */
  static String of(List<Path> files, TokenSource bytes) {
    MessageDigest sha = sha256();
    for (Path file : files) {
      sha.update(ByteBuffer.allocate(Long.BYTES).putLong(size(file)).flip());
    }
    addBytes(sha, bytes);
    return HexFormat.of().formatHex(sha.digest());
  }

  private static void addBytes(MessageDigest sha, TokenSource bytes) {
    long length = bytes.length();
    if (length <= (long) BLOCK * BLOCKS) {
      for (long at = 0; at < length; at += BLOCK) {
        addBlock(sha, bytes, at, (int) Math.min(BLOCK, length - at));
      }
      return;
    }
    for (int i = 0; i < BLOCKS - 1; i++) {
      addBlock(sha, bytes, (length - BLOCK) / (BLOCKS - 1) * i, BLOCK);
    }
    addBlock(sha, bytes, length - BLOCK, BLOCK);
  }

  private static void addBlock(MessageDigest sha, TokenSource bytes, long from, int count) {
    int[] tokens = new int[count];
    bytes.copy(from, tokens, 0, count);
    byte[] block = new byte[count];
    for (int i = 0; i < count; i++) {
      block[i] = (byte) tokens[i];
    }
    sha.update(block);
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw TextFiles.unreadable(file, e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform must have SHA-256", e);
    }
  }
}
