package org.tflion.train.data.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A short name for the content of files, by which a resumed run knows its data again.
 *
 * <p>SHA-256 over the size of every file (8 bytes, big-endian, in order) and then the bytes. Of
 * more than 64 MiB it takes 1,024 blocks of 64 KiB at equal distances, the first and the last
 * included: a change between two blocks that keeps all sizes goes unseen. Names do not count.
 */
public final class Fingerprint {

  private static final int BLOCK = 1 << 16;
  private static final int BLOCKS = 1 << 10;

  private Fingerprint() {}

  /** The fingerprint as 64 hexadecimal digits. */
  public static String of(List<Path> files, FileBytes bytes) {
    MessageDigest sha = sha256();
    for (Path file : files) {
      sha.update(ByteBuffer.allocate(Long.BYTES).putLong(size(file)).flip());
    }
    addBytes(sha, bytes);
    return HexFormat.of().formatHex(sha.digest());
  }

  /** One fingerprint for several parts in their order: SHA-256 over their texts. */
  public static String joined(List<String> parts) {
    MessageDigest sha = sha256();
    parts.forEach(part -> sha.update((part + "\n").getBytes(StandardCharsets.UTF_8)));
    return HexFormat.of().formatHex(sha.digest());
  }

  private static void addBytes(MessageDigest sha, FileBytes bytes) {
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

  private static void addBlock(MessageDigest sha, FileBytes bytes, long from, int count) {
    byte[] block = new byte[count];
    bytes.read(from, block, 0, count);
    sha.update(block);
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw FileBytes.unreadable(file, e);
    }
  }

  /** An empty SHA-256. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform must have SHA-256", e);
    }
  }
}
