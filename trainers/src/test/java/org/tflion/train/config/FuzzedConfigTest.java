package org.tflion.train.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever stands in a config, reading it returns a config or refuses it in one line. */
class FuzzedConfigTest {

  private static final int ROUNDS = 1000;

  private static final String[] HOSTILE = {
    "",
    "~",
    "null",
    "NaN",
    ".nan",
    ".inf",
    "-1",
    "0",
    "1e999",
    "99999999999999999999",
    "0x1f",
    "007",
    "1_000",
    "yes",
    "[]",
    "[[]]",
    "{}",
    "{a: 1}",
    "[1, ~, x]",
    "*a",
    "&a b",
    "!!int x",
    "!!binary x",
    "\"\\0\"",
    "'",
    "\"",
    "|",
    ">",
    "? a",
    "- a",
    ": ",
    "# x",
    "%",
    "@",
    "`",
    "\t",
    "\0",
    "\ud800",
    "\u2028",
    "a: b: c",
    "<<: {}",
    "---",
    "...",
    "lion",
    "adamw",
    "char",
    "../..",
    "*",
    "[a",
    "{a",
    "[".repeat(2000),
    "{a: ".repeat(1500),
    "2001-01-01",
    "1:30",
    "0.1",
    "1",
    "true",
    "x".repeat(5000)
  };

  private final SplittableRandom random = new SplittableRandom(20260101);

  @TempDir private Path folder;

  @Test
  void aMutatedFileIsReadOrRefusedInOneLine() throws IOException {
    Path file = folder.resolve("run.yaml");
    List<String> written =
        TrainConfigs.presets().stream()
            .map(preset -> TrainConfigs.read(null, List.of("preset=" + preset)))
            .map(TrainConfigs::write)
            .toList();
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String text = written.get(random.nextInt(written.size()));
      for (int mutations = 1 + random.nextInt(2); mutations > 0; mutations--) {
        text = random.nextInt(3) > 0 ? mutateLine(text) : mutateLetters(text);
      }
      Files.write(file, text.getBytes(StandardCharsets.UTF_8));
      refused += isRefused(file, List.of(), text) ? 1 : 0;
    }
    // A fuzz that hardly ever hits, or breaks everything, would prove little.
    assertThat(refused).isBetween(ROUNDS / 4, ROUNDS - ROUNDS / 20);
  }

  @Test
  void mutatedOverridesAreReadOrRefusedInOneLine() {
    String text = TrainConfigs.write(TrainConfigs.read(null, List.of()));
    List<String> keys = new ArrayList<>(List.of("model", "", "a.b.c", ".", "model.", ".layers"));
    String section = "";
    for (String line : text.lines().toList()) {
      String key = line.substring(0, line.indexOf(':') < 0 ? 0 : line.indexOf(':'));
      section = key.startsWith(" ") ? section : key;
      keys.add(key.startsWith(" ") ? section + "." + key.strip() : key);
    }
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String key = keys.get(random.nextInt(keys.size()));
      // Of the hostile values hardly any is right for any key.
      boolean sane = random.nextInt(8) == 0;
      String override = sane ? "train.steps=" + (1000 + round) : key + "=" + hostile();
      override = random.nextInt(4) == 0 ? mutateLetters(override) : override;
      refused += isRefused(null, List.of(override), override) ? 1 : 0;
    }
    assertThat(refused).isBetween(ROUNDS / 4, ROUNDS - ROUNDS / 20);
  }

  /** Nine layers of nine aliases each would be 387,420,489 texts. */
  @Test
  void aBombOfAliasesIsRefusedAtOnce() throws IOException {
    StringBuilder bomb = new StringBuilder("a0: &a0 [laughs, laughs]\n");
    for (int i = 1; i < 10; i++) {
      String alias = "*a" + (i - 1);
      bomb.append(
          "a%d: &a%d [%s]\n".formatted(i, i, String.join(", ", Collections.nCopies(9, alias))));
    }
    Path file = Files.writeString(folder.resolve("bomb.yaml"), bomb);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrainConfigs.read(file, List.of()))
        .withMessageContaining("a text that begins with * must be in quotes");
  }

  private static boolean isRefused(@Nullable Path file, List<String> overrides, String text) {
    try {
      TrainConfigs.read(file, overrides);
      return false;
    } catch (IllegalArgumentException e) {
      assertThat(e.getClass()).as(text).isEqualTo(IllegalArgumentException.class);
      assertThat(e.getMessage()).as(text).isNotBlank().doesNotContain("\n", "\r", "\u2028", "\0");
      assertThat(e.getMessage()).as(text).doesNotContain("tools.jackson", "org.tflion", "java.");
      return true;
    } catch (RuntimeException | StackOverflowError e) {
      throw new AssertionError("not refused but thrown at: " + text, e);
    }
  }

  /** Drops, doubles, moves or reindents a line, or changes its key or its value. */
  private String mutateLine(String text) {
    List<String> lines = new ArrayList<>(text.lines().toList());
    if (lines.isEmpty()) {
      return hostile();
    }
    int at = random.nextInt(lines.size());
    String line = lines.remove(at);
    int colon = Math.max(line.indexOf(':'), 0);
    switch (random.nextInt(7)) {
      case 0 -> {}
      case 1 -> lines.addAll(at, List.of(line, line));
      case 2 -> lines.add(random.nextInt(lines.size() + 1), line);
      case 3 -> lines.add(at, " ".repeat(random.nextInt(5)) + line.strip());
      case 4 -> lines.add(at, mutateLetters(line.substring(0, colon)) + line.substring(colon));
      default -> lines.add(at, line.substring(0, colon) + ": " + hostile());
    }
    return String.join("\n", lines) + "\n";
  }

  private String mutateLetters(String text) {
    var changed = new StringBuilder(text);
    int at = random.nextInt(changed.length() + 1);
    switch (random.nextInt(3)) {
      case 0 -> changed.insert(at, hostile());
      case 1 -> changed.insert(at, (char) random.nextInt(128));
      default -> changed.delete(at, Math.min(changed.length(), at + 1 + random.nextInt(4)));
    }
    return changed.toString();
  }

  private String hostile() {
    return HOSTILE[random.nextInt(HOSTILE.length)];
  }
}
