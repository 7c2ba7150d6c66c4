package org.tflion.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tflion.train.data.source.FileBytes;
import org.tflion.train.data.source.Fingerprint;
import org.tflion.train.data.source.TokenSource;
import org.tflion.train.data.tokenizer.ByteTokenizer;
import org.tflion.train.data.tokenizer.CharTokenizer;

class CorpusTest {

  private static final Path SHAKESPEARE = Path.of("../../shared/data/tinyshakespeare.txt");

  @TempDir private Path folder;

  @Test
  void theFirstTokensTrainAndTheRestValidate() throws IOException {
    write("a.txt", "0123456789abcde");
    Corpus corpus = Corpus.open(config("byte", 0.1));
    assertThat(text(corpus, train(corpus))).isEqualTo("0123456789abc"); // floor(15 * 0.9)
    assertThat(text(corpus, validation(corpus))).isEqualTo("de");
    assertThat(validation(corpus)).hasToString("validation split of " + folder);
  }

  @ParameterizedTest
  @CsvSource({"byte", "char"})
  void filesFollowEachOtherInTheOrderOfTheirPaths(String tokenizer) throws IOException {
    write("b.txt", "B");
    write("a/z.txt", "Z");
    write("a.txt", "A");
    write("a/b/c.txt", "C");
    write("skip.bin", "no");
    for (String hidden : List.of(".git", ".idea", "target", "node_modules", "a/target")) {
      write(hidden + "/x.txt", "no");
    }
    Corpus corpus = Corpus.open(config(tokenizer, 0.5));
    assertThat(corpus.files())
        .containsExactly(
            folder.resolve("a.txt"),
            folder.resolve("a/b/c.txt"),
            folder.resolve("a/z.txt"),
            folder.resolve("b.txt"));
    assertThat(text(corpus, train(corpus)) + text(corpus, validation(corpus))).isEqualTo("ACZB");
  }

  @Test
  void patternsMatchNamesAndPathsBelowTheFolder() throws IOException {
    write("docs/deep/a.md", "a");
    write("docs/b.md", "b");
    write("src/c.md", "c");
    write("src/d.java", "d");
    var config = DataConfig.text(folder.toString(), List.of("docs/**", "*.java"), "byte", 0.1);
    assertThat(Corpus.open(config).files())
        .extracting(file -> file.getFileName().toString())
        .containsExactly("b.md", "a.md", "d.java");
  }

  @Test
  void aFolderMayHaveAHiddenNameOrBeALink() throws IOException {
    write(".hidden/a.txt", "text");
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve(".hidden"));
    for (Path root : List.of(folder.resolve(".hidden"), link)) {
      var config = DataConfig.text(root.toString(), List.of("*.txt"), "byte", 0.1);
      assertThat(Corpus.open(config).files()).containsExactly(root.resolve("a.txt"));
    }
  }

  @Test
  void aSingleFileNeedsNoPattern() throws IOException {
    Path file = write("a.data", "text");
    var config = DataConfig.text(file.toString(), List.of("*.txt"), "byte", 0.25);
    assertThat(Corpus.open(config).trainTokens()).isEqualTo(3);
  }

  @Test
  void theCharTokenizerLearnsAllOfTheText() throws IOException {
    String lion = Character.toString(0x1f981);
    write("a.txt", "aba" + lion + "c");
    Corpus corpus = Corpus.open(config("char", 0.5));
    assertThat(corpus.tokenizer()).isEqualTo(new CharTokenizer("abc" + lion));
    assertThat(corpus.trainTokens()).isEqualTo(2);
    assertThat(text(corpus, validation(corpus))).isEqualTo("a" + lion + "c");
  }

  @Test
  void aResumedRunKeepsItsTokenizer() throws IOException {
    write("a.txt", "bb");
    Corpus corpus = Corpus.open(config("char", 0.5), new CharTokenizer("abc"));
    assertThat(tokens(train(corpus))).containsExactly(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Corpus.open(config("char", 0.5), new CharTokenizer("ac")))
        .withMessageContaining("(got 'b' U+0062 at position 0)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Corpus.open(config("byte", 0.5), new CharTokenizer("ab")))
        .withMessage("data.tokenizer must stay what the run began with, char (got byte)");
  }

  @Test
  void theFingerprintIsTheHashOfSizesAndBytes() throws IOException, GeneralSecurityException {
    write("a.txt", "abc");
    write("b.txt", "defgh");
    var sha = MessageDigest.getInstance("SHA-256");
    sha.update(ByteBuffer.allocate(16).putLong(3).putLong(5).array());
    sha.update("abcdefgh".getBytes(StandardCharsets.US_ASCII));
    String expected = HexFormat.of().formatHex(sha.digest());
    assertThat(Corpus.open(config("byte", 0.1)).fingerprint()).isEqualTo(expected);
    assertThat(Corpus.open(config("char", 0.1)).fingerprint()).isEqualTo(expected);
    write("a.txt", "abcd");
    write("b.txt", "efgh");
    assertThat(Corpus.open(config("byte", 0.1)).fingerprint()).isNotEqualTo(expected);
  }

  @Test
  void aLargeCorpusIsSampledFromTheFirstByteToTheLast() throws IOException {
    Path file = folder.resolve("large.txt");
    long length = (64L << 20) + 12_345;
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(length);
    }
    String plain = fingerprint(file);
    for (long at : new long[] {0, 65_535, length - 65_536, length - 1}) {
      put(file, at, 1);
      assertThat(fingerprint(file)).as("byte %d", at).isNotEqualTo(plain);
      put(file, at, 0);
    }
    assertThat(fingerprint(file)).isEqualTo(plain);
  }

  private static String fingerprint(Path file) {
    return Fingerprint.of(List.of(file), FileBytes.open(List.of(file)));
  }

  private static void put(Path file, long at, int value) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.seek(at);
      open.write(value);
    }
  }

  @Test
  void refusesWhatHoldsNoText() throws IOException {
    refused("must name a file or folder that exists (got " + folder.resolve("no") + ")", "no");
    write("folder/a.bin", "x");
    refused("data.include must match at least one file below", "folder");
    refused("set the patterns with --set data.include=*.txt", "folder");
    write("empty/a.txt", "");
    refused("must hold some text (got 0 bytes)", "empty");
    refused("must hold some text (got 0 bytes)", "empty/a.txt");
  }

  private void refused(String message, String path) {
    var config = DataConfig.text(folder.resolve(path).toString(), List.of("*.txt"), "byte", 0.1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Corpus.open(config))
        .withMessageContaining(message);
  }

  @Test
  void bytesThatAreNotUtf8AreFoundForTheCharTokenizerAlone() throws IOException {
    Path file = folder.resolve("a.txt");
    Files.write(file, new byte[] {'a', (byte) 0xc3, (byte) 0xa9, (byte) 0xff, 'b'});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Corpus.open(config("char", 0.1)))
        .withMessageContaining(file + " must be UTF-8, which breaks at byte 3");
    Files.write(file, new byte[] {'a', 'b', (byte) 0xe2, (byte) 0x82});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Corpus.open(config("char", 0.1)))
        .withMessageContaining(file + " must be UTF-8, which breaks at byte 2");
    assertThat(Corpus.open(config("byte", 0.1)).tokenizer()).isEqualTo(new ByteTokenizer());
  }

  @Test
  void anUnreadableFileIsNamed() throws IOException {
    Path file = write("a.txt", "text");
    assumeTrue(file.toFile().setReadable(false) && !Files.isReadable(file), "root reads all");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Corpus.open(config("byte", 0.1)))
        .withMessage("data.path: cannot read " + file + " (AccessDenied)");
  }

  /** The figures of nanoGPT's data/shakespeare_char/readme.md. */
  @Test
  void tinyShakespeareSplitsAsInNanoGpt() {
    assumeTrue(Files.exists(SHAKESPEARE), "tiny Shakespeare is not at hand");
    var config = DataConfig.text(SHAKESPEARE.toString(), List.of("*"), "char", 0.1);
    Corpus corpus = Corpus.open(config);
    assertThat(corpus.tokenizer().vocabularySize()).isEqualTo(65);
    assertThat(corpus.trainTokens()).isEqualTo(1_003_854);
    assertThat(corpus.validationTokens()).isEqualTo(111_540);
  }

  @Test
  void refusesConfigsOutOfRange() {
    List<String> all = List.of("*");
    assertThatIllegalArgumentException().isThrownBy(() -> DataConfig.text(" ", all, "byte", 0.1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DataConfig.text("a\0b", all, "byte", 0.1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DataConfig.text("a", List.of(), "byte", 0.1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DataConfig.text("a", List.of("[a"), "byte", 0.1))
        .withMessage("data.include must hold glob patterns (got [a)");
    assertThatIllegalArgumentException().isThrownBy(() -> DataConfig.text("a", all, "word", 0.1));
    for (double share : new double[] {0, 1, -0.1, Double.NaN}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> DataConfig.text("a", all, "byte", share));
    }
  }

  private DataConfig config(String tokenizer, double validation) {
    return DataConfig.text(folder.toString(), List.of("*.txt"), tokenizer, validation);
  }

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static TokenSource train(Corpus corpus) {
    return corpus.splits().get(0).train();
  }

  private static TokenSource validation(Corpus corpus) {
    return corpus.splits().get(0).validation();
  }

  private static String text(Corpus corpus, TokenSource source) {
    return corpus.tokenizer().decode(tokens(source));
  }

  private static int[] tokens(TokenSource source) {
    int[] tokens = new int[(int) source.length()];
    source.copy(0, tokens, 0, tokens.length);
    return tokens;
  }
}
