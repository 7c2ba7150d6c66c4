package org.tflion.train.data.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tflion.train.data.format.Units;
import org.tflion.train.data.source.TokenSource;
import org.tflion.train.data.tokenizer.ByteTokenizer;
import org.tflion.train.data.tokenizer.Gpt2Tokenizer;
import org.tflion.train.data.tokenizer.Tokenizer;

class PreparationTest {

  private static final PrepareListener SILENT = bytes -> {};

  @TempDir private Path folder;
  private List<Path> files;
  private String text;

  /** Three units of text, an empty file, and four documents of JSON lines. */
  @BeforeEach
  void writeInput() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    var words = new StringBuilder();
    while (words.length() < 9_000) {
      words
          .append(random.nextInt(5) == 0 ? '\n' : ' ')
          .append("abcdefgh", 0, 1 + random.nextInt(8));
    }
    text = words.toString();
    files =
        List.of(
            Files.writeString(folder.resolve("a.txt"), text),
            Files.writeString(folder.resolve("b.txt"), ""),
            Files.writeString(
                folder.resolve("c.jsonl"),
                "{\"text\": \"one\"}\n{\"text\": \"\"}\n{\"text\": \"two\"}\n"));
  }

  private Path out(String name) {
    return folder.resolve("out").resolve(name);
  }

  private PreparedFolder prepare(String name, Tokenizer tokenizer, int threads) {
    return preparation(tokenizer, out(name)).run(threads, SILENT).orElseThrow();
  }

  private Preparation preparation(Tokenizer tokenizer, Path out) {
    return new Preparation(files, new Encoder(tokenizer, "text"), out, new Units(4_000, true));
  }

  private static Map<String, String> content(Path folder) throws IOException {
    Map<String, String> content = new TreeMap<>();
    try (Stream<Path> all = Files.list(folder)) {
      for (Path path : all.toList()) {
        content.put(path.getFileName().toString(), PreparedFolder.sha256(path, read -> {}));
      }
    }
    return content;
  }

  @Test
  void tokensAreThoseOfTheTextWhateverTheThreads() throws IOException {
    PreparedFolder one = prepare("one", new ByteTokenizer(), 1);
    prepare("three", new ByteTokenizer(), 3);
    assertThat(content(out("one")))
        .isEqualTo(content(out("three")))
        .containsOnlyKeys("tokens.bin", "documents.bin", "manifest.json");
    TokenSource tokens = one.tokens(true);
    assertThat(tokens.length()).isEqualTo(text.length() + 6L);
    assertThat(one.manifest().documents()).isEqualTo(3);
    int[] all = new int[(int) tokens.length()];
    tokens.copy(0, all, 0, all.length);
    assertThat(one.tokenizer().decode(all)).isEqualTo(text + "onetwo");
    int[] segments = new int[8];
    tokens.segments(tokens.length() - 8, segments, 0, 8);
    assertThat(segments).containsExactly(0, 0, 1, 1, 1, 2, 2, 2);
    one.check(read -> {});
  }

  @Test
  void everyDocumentEndsWithTheEndOfText() throws IOException {
    files = files.subList(1, 3);
    PreparedFolder prepared = prepare("gpt2", new Gpt2Tokenizer(), 2);
    int[] all = new int[(int) prepared.manifest().tokens()];
    prepared.tokens(false).copy(0, all, 0, all.length);
    assertThat(all).containsExactly(505, 50256, 11545, 50256);
    assertThat(prepared.manifest().tokenBytes()).isEqualTo(2);
    assertThat(prepared.tokenizer()).isEqualTo(new Gpt2Tokenizer());
  }

  /** Stopped after each unit, with all that a kill could leave behind it. */
  @Test
  void anInterruptedPreparationGoesOnToTheSameBytes() throws IOException {
    Map<String, String> expected = content(prepare("straight", new ByteTokenizer(), 2).folder());
    for (int units = 0; units <= 3; units++) {
      for (String damage : List.of("none", "torn", "longer", "shorter", "changed", "journal")) {
        Path out = out(units + damage);
        stopAfter(units, out);
        damage(damage, out);
        List<Long> progress = new ArrayList<>();
        assertThat(preparation(new ByteTokenizer(), out).run(2, progress::add)).isPresent();
        assertThat(content(out)).as("%d units, %s", units, damage).isEqualTo(expected);
        boolean goesOn = List.of("none", "torn", "longer").contains(damage) && units > 0;
        assertThat(progress.get(0) > 0).as("%d units, %s", units, damage).isEqualTo(goesOn);
      }
    }
  }

  private void stopAfter(int units, Path out) {
    PrepareListener stop =
        new PrepareListener() {
          private int heard = -1;

          @Override
          public void onProgress(long bytes) {
            heard++;
          }

          @Override
          public boolean stops() {
            return heard >= units;
          }
        };
    assertThat(preparation(new ByteTokenizer(), out).run(2, stop)).isEmpty();
    assertThat(out.resolve("manifest.json")).doesNotExist();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PreparedFolder.open(out))
        .withMessageContaining("run the same tflion data prepare again");
  }

  private static void damage(String kind, Path out) throws IOException {
    Path tokens = out.resolve("tokens.bin");
    Path journal = out.resolve("journal");
    switch (kind) {
      case "torn" -> append(journal, "3 44 5");
      case "longer" -> append(tokens, "more");
      case "shorter" -> Files.write(tokens, new byte[0]);
      case "changed" -> {
        try (RandomAccessFile file = new RandomAccessFile(tokens.toFile(), "rw")) {
          file.write(1);
        }
      }
      case "journal" -> append(journal, "9 9 9 9 9\n");
      default -> {}
    }
  }

  private static void append(Path file, String more) throws IOException {
    Files.writeString(file, more, StandardOpenOption.APPEND);
  }

  @Test
  void aFinishedPreparationIsLeftAlone() throws IOException {
    files = files.subList(1, 3);
    prepare("a", new ByteTokenizer(), 1);
    Map<String, String> before = content(out("a"));
    prepare("a", new ByteTokenizer(), 1);
    assertThat(content(out("a"))).isEqualTo(before);
  }

  @Test
  void refusesAFolderOfAnythingElse() throws IOException {
    Path out = out("other");
    stopAfter(1, out);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> prepare("other", new Gpt2Tokenizer(), 1))
        .withMessageStartingWith("--out must be a new folder, or hold the same preparation");
    prepare("other", new ByteTokenizer(), 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> prepare("other", new Gpt2Tokenizer(), 1))
        .withMessageStartingWith("--out must be a new folder, or hold the same preparation");
    Files.writeString(out.resolve("notes.txt"), "mine");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> prepare("other", new ByteTokenizer(), 1))
        .withMessageContaining("which holds other files");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> preparation(new ByteTokenizer(), folder.resolve("a.txt")));
  }

  @Test
  void refusesInputsWithTheirPlace() throws IOException {
    Path wrong = Files.writeString(folder.resolve("d.jsonl"), "{\"text\": \"a\"}\n{}\n");
    files = List.of(files.get(0), wrong);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> prepare("wrong", new ByteTokenizer(), 2))
        .withMessageContaining("line 2 of " + wrong);
    assertThat(out("wrong").resolve("manifest.json")).doesNotExist();
    Path empty = Files.writeString(folder.resolve("e.txt"), "");
    files = List.of(empty);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> prepare("empty", new ByteTokenizer(), 2))
        .withMessage("--input must hold some text (got 0 bytes)");
  }

  @Test
  void everyDamageIsFound() throws IOException {
    files = files.subList(1, 3);
    for (String name : List.of("tokens.bin", "documents.bin")) {
      Path out = prepare(name, new ByteTokenizer(), 1).folder();
      Path file = out.resolve(name);
      byte[] whole = Files.readAllBytes(file);
      for (int at = 0; at < whole.length; at++) {
        byte[] damaged = whole.clone();
        damaged[at] ^= 1;
        Files.write(file, damaged);
        assertThatIllegalArgumentException()
            .isThrownBy(() -> PreparedFolder.open(out).check(read -> {}))
            .withMessageContaining(file + " must be as its manifest.json says");
      }
      Files.write(file, Arrays.copyOf(whole, whole.length - 2));
      assertThatIllegalArgumentException().isThrownBy(() -> PreparedFolder.open(out).tokens(true));
    }
  }
}
