package org.tflion.train.data;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;

/**
 * The tokens of a text, the first part to train on and the rest to validate with.
 *
 * <p>Files come one after the other, in the order of their paths. Of {@code n} tokens the first
 * {@code floor(n * (1 - validation))} are for training.
 */
public final class Corpus {

  /** The char tokenizer holds the whole text in memory, in arrays of at most 2^31 entries. */
  private static final long LARGEST_TEXT = 1L << 30;

  private final DataConfig config;
  private final List<Path> files;
  private final String fingerprint;
  private final Tokenizer tokenizer;
  private final TokenSource tokens;

  private Corpus(DataConfig config, @Nullable Tokenizer given) {
    this.config = config;
    this.files = TextFiles.find(config);
    FileBytes bytes = FileBytes.open(files, FileBytes.Windows.DEFAULT);
    Require.that(
        bytes.length() > 0, "data.path " + config.path() + " must hold some text", "0 bytes");
    this.fingerprint = Fingerprint.of(files, bytes);
    if (config.tokenizer().equals("byte")) {
      this.tokenizer = new ByteTokenizer();
      this.tokens = bytes;
    } else {
      String text = text(files, bytes.length());
      this.tokenizer = given == null ? CharTokenizer.of(text) : given;
      this.tokens = new TokenArray(tokenizer.encode(text));
    }
  }

  /**
   * Opens a corpus; a char tokenizer learns its alphabet from all of the text.
   *
   * @throws IllegalArgumentException if nothing is there, nothing matches, nothing is in it, a file
   *     cannot be read, or it is not UTF-8 and the char tokenizer is to read it
   */
  public static Corpus open(DataConfig config) {
    return new Corpus(config, null);
  }

  /**
   * Opens a corpus with the tokenizer of an earlier run, so that tokens keep their meaning.
   *
   * @throws IllegalArgumentException as {@link #open(DataConfig)}, if the tokenizer is not the kind
   *     that the config names, or if the text holds something it does not know
   */
  public static Corpus open(DataConfig config, Tokenizer tokenizer) {
    Require.that(
        tokenizer.name().equals(config.tokenizer()),
        "data.tokenizer must stay what the run began with, " + tokenizer.name(),
        config.tokenizer());
    return new Corpus(config, tokenizer);
  }

  private static String text(List<Path> files, long bytes) {
    Require.that(
        bytes <= LARGEST_TEXT,
        "the char tokenizer reads at most 1 GiB, use the byte tokenizer above that",
        bytes + " bytes");
    var text = new StringBuilder((int) bytes);
    for (Path file : files) {
      text.append(TextFiles.read(file));
    }
    return text.toString();
  }

  /** What turns text into the tokens of this corpus. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** The tokens to train on. */
  public TokenSource train() {
    return new TokenSlice(tokens, 0, split(), "training split of " + config.path());
  }

  /** The tokens to validate with: those after the training split. */
  public TokenSource validation() {
    return new TokenSlice(tokens, split(), tokens.length(), "validation split of " + config.path());
  }

  private long split() {
    return (long) (tokens.length() * (1 - config.validation()));
  }

  /** The files, in the order in which they were joined. */
  public List<Path> files() {
    return files;
  }

  /**
   * 64 hexadecimal digits that change with the content: SHA-256 over the sizes of the files and
   * their bytes, or, above 64 MiB, over the sizes and 1,024 blocks of 64 KiB at equal distances.
   */
  public String fingerprint() {
    return fingerprint;
  }
}
