package org.tflion.train.data.prepare;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongConsumer;
import org.tflion.Require;
import org.tflion.train.data.source.Documents;
import org.tflion.train.data.source.FileBytes;
import org.tflion.train.data.source.Fingerprint;
import org.tflion.train.data.source.PackedTokens;
import org.tflion.train.data.source.TokenSource;
import org.tflion.train.data.tokenizer.Tokenizer;
import org.tflion.train.data.tokenizer.Tokenizers;

/**
 * A folder of tokens that {@link Preparation} made: {@code tokens.bin}, {@code documents.bin} and
 * {@code manifest.json}.
 *
 * @param folder its path
 * @param manifest what it says of itself
 */
public record PreparedFolder(Path folder, PreparedManifest manifest) {

  static final String TOKENS = "tokens.bin";
  static final String DOCUMENTS = "documents.bin";

  /** The ends of more documents would not fit into an array. */
  private static final long MOST_DOCUMENTS = 1L << 28;

  /** Whether a folder was prepared, or was meant to be. */
  public static boolean isAt(Path folder) {
    return Files.isRegularFile(folder.resolve(TOKENS))
        && (Files.isRegularFile(folder.resolve(PreparedManifest.NAME))
            || Files.isRegularFile(folder.resolve(Journal.NAME)));
  }

  /**
   * Opens a folder, and checks that its files are as long as it says and have its fingerprint.
   *
   * @throws IllegalArgumentException if it is not complete or is damaged
   */
  public static PreparedFolder open(Path folder) {
    if (!Files.exists(folder.resolve(PreparedManifest.NAME))) {
      throw new IllegalArgumentException(
          "data.path: the preparation at "
              + folder
              + " must be complete (got one that was interrupted);"
              + " run the same tflion data prepare again");
    }
    PreparedManifest manifest = PreparedManifest.read(folder);
    PreparedFolder prepared = new PreparedFolder(folder, manifest);
    FileBytes bytes = prepared.bytes(TOKENS, manifest.tokens() * manifest.tokenBytes());
    prepared.require(
        Fingerprint.of(List.of(folder.resolve(TOKENS)), bytes).equals(manifest.fingerprint()),
        TOKENS);
    return prepared;
  }

  private FileBytes bytes(String name, long size) {
    FileBytes bytes = FileBytes.open(List.of(folder.resolve(name)));
    require(bytes.length() == size, name);
    return bytes;
  }

  private void require(boolean holds, String name) {
    Require.that(
        holds,
        "data.path: " + folder.resolve(name) + " must be as its manifest.json says",
        "changed or damaged bytes; prepare the data again in another folder");
  }

  /** The tokenizer that made the tokens. */
  public Tokenizer tokenizer() {
    return Tokenizers.of(manifest.tokenizer());
  }

  /**
   * The tokens, with the ends of the documents if they are asked for.
   *
   * @throws IllegalArgumentException if the ends are damaged
   */
  public TokenSource tokens(boolean separate) {
    FileBytes bytes = bytes(TOKENS, manifest.tokens() * manifest.tokenBytes());
    TokenSource tokens =
        new PackedTokens(bytes, manifest.tokenBytes(), manifest.vocabulary(), folder.toString());
    return separate ? new Documents(tokens, ends()) : tokens;
  }

  private long[] ends() {
    Require.that(
        manifest.documents() <= MOST_DOCUMENTS,
        "data.separate_documents: "
            + folder
            + " must have at most "
            + MOST_DOCUMENTS
            + " documents",
        manifest.documents());
    int count = (int) manifest.documents();
    FileBytes bytes = bytes(DOCUMENTS, 8L * count);
    long[] ends = new long[count];
    byte[] block = new byte[1 << 16];
    ByteBuffer values = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < count; from += block.length / 8) {
      int part = Math.min(block.length / 8, count - from);
      bytes.read(8L * from, block, 0, 8 * part);
      for (int i = 0; i < part; i++) {
        ends[from + i] = values.getLong(8 * i);
      }
    }
    return ends;
  }

  /**
   * Reads every byte and compares the SHA-256 of both files with the manifest's.
   *
   * @param progress is told the number of bytes read so far
   * @throws IllegalArgumentException naming the file that differs
   */
  public void check(LongConsumer progress) {
    long before = 0;
    for (String name : List.of(TOKENS, DOCUMENTS)) {
      boolean isTokens = name.equals(TOKENS);
      String expected = isTokens ? manifest.tokensSha256() : manifest.documentsSha256();
      long start = before;
      require(
          sha256(folder.resolve(name), read -> progress.accept(start + read)).equals(expected),
          name);
      before += manifest.tokens() * manifest.tokenBytes();
    }
    tokens(true);
  }

  /** Number of bytes that {@link #check} reads. */
  public long size() {
    return manifest.tokens() * manifest.tokenBytes() + 8 * manifest.documents();
  }

  static String sha256(Path file, LongConsumer progress) {
    MessageDigest sha = Fingerprint.sha256();
    byte[] block = new byte[1 << 20];
    long read = 0;
    try (InputStream in = Files.newInputStream(file)) {
      for (int count = in.read(block); count >= 0; count = in.read(block)) {
        sha.update(block, 0, count);
        read += count;
        progress.accept(read);
      }
    } catch (IOException e) {
      throw FileBytes.unreadable(file, e);
    }
    return HexFormat.of().formatHex(sha.digest());
  }
}
