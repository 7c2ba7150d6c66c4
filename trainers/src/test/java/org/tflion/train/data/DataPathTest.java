package org.tflion.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tflion.train.data.prepare.Encoder;
import org.tflion.train.data.prepare.Preparation;
import org.tflion.train.data.source.TokenSource;
import org.tflion.train.data.tokenizer.ByteTokenizer;
import org.tflion.train.data.tokenizer.CharTokenizer;
import org.tflion.train.data.tokenizer.Gpt2Tokenizer;
import org.tflion.train.data.tokenizer.Tokenizer;

/** What stands at a path, and how it is opened. */
class DataPathTest {

  @TempDir private Path folder;

  private DataConfig config(Path path, String tokenizer, boolean separate) {
    return new DataConfig(
        path.toString(),
        List.of(),
        List.of("*.txt", "*.jsonl", "*.bin"),
        "text",
        tokenizer,
        "uint16",
        0.5,
        "random",
        separate,
        0);
  }

  private Path bin(String name, int... tokens) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(2 * tokens.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int token : tokens) {
      bytes.putShort((short) token);
    }
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, bytes.array());
  }

  private Path text(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private Path prepared(Tokenizer tokenizer) throws IOException {
    Path input =
        text("input.jsonl", "{\"text\": \"hello world\"}\n{\"text\": \"one two three\"}\n");
    Path out = folder.resolve("prepared");
    new Preparation(List.of(input), new Encoder(tokenizer, "text"), out).run(1, bytes -> {});
    return out;
  }

  private static int[] all(TokenSource source) {
    int[] tokens = new int[(int) source.length()];
    source.copy(0, tokens, 0, tokens.length);
    return tokens;
  }

  private static int[] train(Corpus corpus) {
    return all(corpus.splits().get(0).train());
  }

  private static int[] validation(Corpus corpus) {
    return all(corpus.splits().get(0).validation());
  }

  private void refused(Path path, String tokenizer, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Corpus.open(config(path, tokenizer, false)))
        .withMessageContaining(message);
  }

  @Test
  void aPreparedFolderBringsItsTokenizer() throws IOException {
    Path out = prepared(new Gpt2Tokenizer());
    for (Path path : List.of(out, out.resolve("tokens.bin"))) {
      Corpus corpus = Corpus.open(config(path, "auto", false));
      assertThat(corpus.tokenizer()).isEqualTo(new Gpt2Tokenizer());
      assertThat(train(corpus)).containsExactly(31373, 995, 50256);
      assertThat(corpus.validationTokens()).isEqualTo(4);
    }
    assertThat(Corpus.open(config(out, "gpt2", false)).trainTokens()).isEqualTo(3);
    refused(out, "byte", "data.tokenizer must be the one that " + out + " was prepared with, gpt2");
    Corpus separate = Corpus.open(config(out, "auto", true));
    Batch batch = separate.train(2, 2, 1).at(0);
    assertThat(batch.ints("segments")).containsExactly(0, 0, 0, 0, 0, 0);
    assertThat(Corpus.open(config(out, "auto", false)).train(2, 2, 1).shape().features())
        .hasSize(1);
  }

  @Test
  void aPreparedFolderOfCharactersBringsItsAlphabet() throws IOException {
    Path out = prepared(CharTokenizer.of("hello worldtwthreen"));
    Corpus corpus = Corpus.open(config(out, "char", false));
    assertThat(corpus.tokenizer().decode(train(corpus)))
        .isEqualTo("hello world!".substring(0, 11) + "o");
  }

  @Test
  void binFilesNeedTheNameOfTheirTokenizer() throws IOException {
    Path file = bin("a.bin", 31373, 995, 50256, 11545);
    Corpus corpus = Corpus.open(config(file, "gpt2", false));
    assertThat(train(corpus)).containsExactly(31373, 995);
    assertThat(validation(corpus)).containsExactly(50256, 11545);
    refused(file, "auto", "data.tokenizer must name what the .bin files of tokens were made with");
    refused(file, "char", "data.tokenizer must name what the .bin files of tokens were made with");
    refused(file, "byte", "tokens must be below the tokenizer's 256 (got 31373 at token 0 of ");
    refused(Files.write(folder.resolve("odd.bin"), new byte[3]), "gpt2", "3 bytes");
    refused(Files.write(folder.resolve("empty.bin"), new byte[0]), "gpt2", "0 bytes");
    Corpus separate = Corpus.open(config(bin("b.bin", 1, 50256, 2, 3, 9, 9), "gpt2", true));
    assertThat(separate.train(1, 2, 1).at(0).ints("segments")).containsExactly(0, 0, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Corpus.open(config(bin("c.bin", 1, 2), "byte", true)))
        .withMessageContaining("must have an end of text");
  }

  @Test
  void nanoGptsFolderHasItsOwnSplit() throws IOException {
    bin("nano/train.bin", 1, 2, 3, 4, 5, 6);
    bin("nano/val.bin", 7, 8);
    Corpus corpus = Corpus.open(config(folder.resolve("nano"), "gpt2", false));
    assertThat(train(corpus)).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(validation(corpus)).containsExactly(7, 8);
    String before = corpus.fingerprint();
    bin("nano/val.bin", 7, 9);
    assertThat(Corpus.open(config(folder.resolve("nano"), "gpt2", false)).fingerprint())
        .isNotEqualTo(before);
  }

  @Test
  void manyBinFilesAreOneSource() throws IOException {
    bin("many/b.bin", 3, 4);
    bin("many/a.bin", 1, 2);
    assertThat(train(Corpus.open(config(folder.resolve("many"), "gpt2", false))))
        .containsExactly(1, 2);
    text("many/c.txt", "text");
    refused(folder.resolve("many"), "gpt2", "must hold either text or .bin files of tokens");
  }

  @Test
  void jsonLinesAndTextMixInAFolder() throws IOException {
    text("in/a.jsonl", "{\"text\": \"one\"}\n{\"text\": \"two\"}\n");
    text("in/b.txt", "three!");
    Corpus corpus = Corpus.open(config(folder.resolve("in"), "byte", true));
    assertThat(corpus.tokenizer().decode(train(corpus))).isEqualTo("onetwo");
    assertThat(corpus.train(1, 5, 1).at(0).ints("segments")).containsExactly(0, 0, 0, 1, 1, 1);
    Corpus chars = Corpus.open(config(folder.resolve("in"), "char", false));
    assertThat(chars.tokenizer()).isEqualTo(CharTokenizer.of("onetwothree!"));
  }

  @Test
  void plainFilesAreDocumentsForBytesToo() throws IOException {
    text("in/a.txt", "abc");
    text("in/b.txt", "");
    text("in/c.txt", "def");
    Corpus corpus = Corpus.open(config(folder.resolve("in"), "auto", true));
    assertThat(corpus.tokenizer()).isEqualTo(new ByteTokenizer());
    TokenSource train = corpus.splits().get(0).train();
    int[] segments = new int[3];
    train.segments(0, segments, 0, 3);
    assertThat(segments).containsExactly(0, 0, 0);
    TokenSource validation = corpus.splits().get(0).validation();
    assertThat(corpus.tokenizer().decode(all(validation))).isEqualTo("def");
  }

  @Test
  void aMixtureHasOneTokenizerAndItsOwnFingerprint() throws IOException {
    Path a = text("a.txt", "abcdefghij");
    Path b = text("b.txt", "0123456789");
    DataConfig one = config(a, "char", false);
    DataConfig mixed = mixed(one, a + "=1", b + "=3");
    Corpus corpus = Corpus.open(mixed);
    assertThat(corpus.tokenizer()).isEqualTo(CharTokenizer.of("abcdefghij0123456789"));
    assertThat(corpus.trainTokens()).isEqualTo(10);
    assertThat(corpus.files()).containsExactly(a, b);
    assertThat(corpus.fingerprint()).isNotEqualTo(Corpus.open(one).fingerprint());
    int digits = 0;
    for (int step = 0; step < 256; step++) {
      for (int token : corpus.train(4, 1, 5).at(step).ints("tokens")) {
        digits += token < 10 ? 1 : 0;
      }
    }
    assertThat(digits).isEqualTo(2 * 768);
    Path out = prepared(new Gpt2Tokenizer());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Corpus.open(mixed(config(a, "byte", false), a + "=1", out + "=1")))
        .withMessageContaining("was prepared with, gpt2");
    assertThat(Corpus.open(mixed(config(a, "auto", false), a + "=1", out + "=1")).tokenizer())
        .isEqualTo(new Gpt2Tokenizer());
  }

  private static DataConfig mixed(DataConfig config, String... parts) {
    return new DataConfig(
        config.path(),
        List.of(parts),
        config.include(),
        config.field(),
        config.tokenizer(),
        config.tokenType(),
        config.validation(),
        config.order(),
        config.separateDocuments(),
        config.prefetch());
  }

  @Test
  void pathsBecomeAbsolute() {
    DataConfig config = mixed(config(Path.of("a"), "b/tokenizer.json", false), "c=2", "d=1.5");
    DataConfig absolute = config.absolute();
    assertThat(absolute.mixture())
        .containsExactly(
            Path.of("c").toAbsolutePath() + "=2.0", Path.of("d").toAbsolutePath() + "=1.5");
    assertThat(absolute.tokenizer())
        .isEqualTo(Path.of("b/tokenizer.json").toAbsolutePath().toString());
    assertThat(config(Path.of("a"), "gpt2", false).absolute().tokenizer()).isEqualTo("gpt2");
    assertThat(absolute.absolute()).isEqualTo(absolute);
  }
}
