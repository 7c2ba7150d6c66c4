package org.tflion.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever stands in a checkpoint's own files, it is read or refused in one sentence. */
class FuzzedCheckpointTest {

  private static final int ROUNDS = 2000;

  private static final String[] HOSTILE = {
    "",
    "null",
    "{}",
    "[]",
    "-1",
    "9223372036854775808",
    "1e400",
    "NaN",
    "\"\"",
    "\"../../etc/passwd\"",
    "\"/etc/passwd\"",
    "\"C:\\\\windows\"",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "[".repeat(5000),
    "{\"a\":".repeat(5000),
    "\"" + "x".repeat(100_000) + "\"",
    "9".repeat(5000),
    "\u0000",
    "\"@class\": \"java.lang.Runtime\"",
  };

  private final SplittableRandom random = new SplittableRandom(20260102);

  @TempDir private Path folder;
  private Path step;

  @BeforeEach
  void save() {
    step = new Saved(folder).save(3);
  }

  /** A manifest that somebody has changed on purpose, with the sum that fits. */
  @Test
  void aMutatedManifestIsReadOrRefused() throws IOException {
    Path file = step.resolve("manifest.json");
    String whole = Files.readString(file);
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String text = whole;
      for (int mutations = 1 + random.nextInt(3); mutations > 0; mutations--) {
        text = mutate(text);
      }
      Files.write(file, text.getBytes(StandardCharsets.UTF_8));
      Saved.sign(step);
      refused += isRefused(text) ? 1 : 0;
    }
    // A fuzz that hardly ever hits, or breaks everything, would prove little.
    assertThat(refused).isBetween(ROUNDS / 4, ROUNDS - ROUNDS / 50);
  }

  @Test
  void aMutatedPointerOrSumIsReadOrRefused() throws IOException {
    for (Path file : new Path[] {folder.resolve("latest"), step.resolve("manifest.json.sha256")}) {
      byte[] whole = Files.readAllBytes(file);
      for (int round = 0; round < ROUNDS / 10; round++) {
        byte[] bytes =
            mutate(new String(whole, StandardCharsets.ISO_8859_1)).getBytes(StandardCharsets.UTF_8);
        Files.write(file, bytes);
        isRefused(new String(bytes, StandardCharsets.UTF_8));
      }
      Files.write(file, whole);
    }
  }

  private boolean isRefused(String text) {
    try {
      Checkpoint found = new Checkpoints(folder).newest().orElseThrow().checkpoint();
      // Nothing outside the folder has been looked at.
      assertThat(found.manifest().files())
          .allSatisfy(file -> assertThat(folder.resolve(step).resolve(file.name())).exists());
      return false;
    } catch (CheckpointException e) {
      String message = String.valueOf(e.getMessage());
      assertThat(message).as(text).startsWith("Checkpoint: " + folder).doesNotContain("\n", "\0");
      assertThat(message).as(text).doesNotContain("tools.jackson", "java.");
      return true;
    } catch (RuntimeException | StackOverflowError e) {
      throw new AssertionError("not refused but thrown at: " + text, e);
    }
  }

  private String mutate(String text) {
    var changed = new StringBuilder(text);
    int at = random.nextInt(changed.length() + 1);
    switch (random.nextInt(6)) {
      case 0 -> changed.insert(at, hostile());
      case 1 -> changed.insert(at, (char) random.nextInt(128));
      case 2 -> changed.delete(at, Math.min(changed.length(), at + 1 + random.nextInt(30)));
      case 3 -> changed.setLength(at);
      default -> replaceValue(changed);
    }
    return changed.toString();
  }

  /** Puts something else in the place of a value. */
  private void replaceValue(StringBuilder text) {
    int colon = text.indexOf(" : ", random.nextInt(text.length() + 1));
    int end = colon < 0 ? -1 : text.indexOf("\n", colon);
    if (end > 0) {
      boolean comma = text.charAt(end - 1) == ',';
      text.replace(colon + 3, comma ? end - 1 : end, hostile());
    }
  }

  private String hostile() {
    return HOSTILE[random.nextInt(HOSTILE.length)];
  }
}
