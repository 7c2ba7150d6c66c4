package org.tflion.train.data.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tflion.train.data.tokenizer.Gpt2Tokenizer;

class UnitsTest {

  @TempDir private Path folder;

  private static List<String> texts(List<Unit> units) {
    List<String> texts = new ArrayList<>();
    for (Unit unit : units) {
      texts.add(new String(unit.bytes(), StandardCharsets.UTF_8));
    }
    return texts;
  }

  @Test
  void textIsCutBeforeASpaceThatFollowsSomethingElse() throws IOException {
    Path file = Files.writeString(folder.resolve("a.txt"), "abcdef  gh\r\nij k");
    List<Unit> units = new Units(3, true).of(List.of(file, file));
    assertThat(texts(units))
        .containsExactly("abcdef", "  gh", "\r\nij", " k", "abcdef", "  gh", "\r\nij", " k");
    assertThat(units.stream().map(Unit::ends).toList())
        .containsExactly(false, false, false, true, false, false, false, true);
    assertThat(texts(new Units(3, false).of(List.of(file)))).containsExactly("abcdef  gh\r\nij k");
  }

  /** White space of more than one byte may not be cut off from white space that follows. */
  @Test
  void textIsNotCutAfterAnySpace() throws IOException {
    for (int space :
        new int[] {0x85, 0xa0, 0x1680, 0x2000, 0x200a, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000}) {
      Path file =
          Files.writeString(folder.resolve("a.txt"), "ab" + Character.toString(space) + " cd");
      assertThat(texts(new Units(2, true).of(List.of(file)))).as("U+%04X", space).hasSize(1);
    }
    String letter = "\u00eb";
    Path file = Files.writeString(folder.resolve("a.txt"), letter + " " + letter + letter + "\nx");
    assertThat(texts(new Units(1, true).of(List.of(file)))).hasSize(3);
  }

  /** What makes it right to cut there: tokens of the parts are tokens of the whole. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 100, 5000, 70_000})
  void tokensOfThePartsAreThoseOfTheWhole(int target) throws IOException {
    SplittableRandom random = new SplittableRandom(target);
    String[] bits = {
      " ",
      "  ",
      "\n",
      "\r\n",
      "\t",
      "a",
      "'s",
      "don't",
      "42",
      "!?",
      "\u00e9",
      "\u3000",
      "\u00a0",
      Character.toString(0x1f981)
    };
    var text = new StringBuilder();
    while (text.length() < 20_000) {
      text.append(bits[random.nextInt(bits.length)]);
    }
    Path file = Files.writeString(folder.resolve("a.txt"), text);
    var tokenizer = new Gpt2Tokenizer();
    List<Integer> parts = new ArrayList<>();
    for (String part : texts(new Units(target, true).of(List.of(file)))) {
      Arrays.stream(tokenizer.encode(part)).forEach(parts::add);
    }
    assertThat(parts.stream().mapToInt(Integer::intValue).toArray())
        .isEqualTo(tokenizer.encode(text.toString()));
  }

  @Test
  void linesAndRecordsStayWhole() throws IOException {
    Path lines =
        Files.writeString(folder.resolve("a.jsonl"), "{\"a\": 1}\n\n{\"b\": 2}\n{\"c\": 3}");
    assertThat(texts(new Units(1, true).of(List.of(lines))))
        .containsExactly("{\"a\": 1}\n", "\n", "{\"b\": 2}\n", "{\"c\": 3}");
    assertThat(texts(new Units(9, true).of(List.of(lines))))
        .containsExactly("{\"a\": 1}\n", "\n{\"b\": 2}\n", "{\"c\": 3}");
    var records = new ByteArrayOutputStream();
    for (int size : new int[] {0, 5, 1, 100}) {
      records.writeBytes(TfRecords.framed(new byte[size]));
    }
    Path file = Files.write(folder.resolve("a.tfrecord"), records.toByteArray());
    assertThat(new Units(18, true).of(List.of(file)).stream().map(Unit::size).toList())
        .containsExactly(16L + 21, 17L + 116);
  }

  @Test
  void longTextWithoutASpaceStaysWhole() throws IOException {
    Path file = Files.writeString(folder.resolve("a.txt"), "x".repeat(200_000) + " y");
    assertThat(new Units(1, true).of(List.of(file)).stream().map(Unit::size).toList())
        .containsExactly(200_000L, 2L);
  }

  @Test
  void refusesTokensAsText() throws IOException {
    Path file = Files.write(folder.resolve("a.bin"), new byte[2]);
    assertThatIllegalArgumentException().isThrownBy(() -> new Units(1, true).of(List.of(file)));
  }

  @Test
  void anEmptyFileHasNoUnits() throws IOException {
    for (String name : List.of("a.txt", "a.jsonl", "a.tfrecord")) {
      Path file = Files.write(folder.resolve(name), new byte[0]);
      assertThat(new Units(1, true).of(List.of(file))).isEmpty();
    }
  }
}
