package org.tflion.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever stands in a file of vectors, {@code verify} checks it or refuses it in one sentence. */
class FuzzedVectorsTest {

  private static final int ROUNDS = 100;

  private static final String WHOLE =
      """
      {"cases": [
       {"name": "lion_dense", "hyper": {"lr": 0.1, "beta1": 0.9, "beta2": 0.99, "weight_decay": 0.5},
        "inputs": {"params": [[1.0, 2.0]], "grads": [[[2.0, -1.0]]]},
        "steps": [{"c": [[0.2, -0.1]], "params": [[0.85, 2.0]], "m": [[0.02, -0.01]]}]},
       {"name": "sophia", "hyper": {}, "inputs": {}, "steps": []}]}
      """;

  private static final String[] HOSTILE = {
    "",
    "null",
    "{}",
    "[]",
    "[[]]",
    "-1",
    "0",
    "1e400",
    "NaN",
    "\"x\"",
    "[1, [2]]",
    "[[1], [2, 3]]",
    "true",
    "9999999999999999999999",
    "[".repeat(2000),
    "\u0000",
    "2.0]]], \"grads\": [[[",
    "-0.5"
  };

  private final SplittableRandom random = new SplittableRandom(20260104);

  @TempDir private Path folder;

  @Test
  void mutatedVectorsAreCheckedOrRefused() throws IOException {
    Path file = folder.resolve("vectors.json");
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String text = mutate(random.nextInt(3) == 0 ? mutate(WHOLE) : WHOLE);
      Files.writeString(file, text);
      StringWriter out = new StringWriter();
      StringWriter err = new StringWriter();
      int code =
          Main.run(
              new PrintWriter(out, true),
              new PrintWriter(err, true),
              "verify",
              "--vectors",
              file.toString(),
              "--json");
      assertThat(code).as(text).isBetween(0, 2);
      assertThat(err.toString())
          .as(text)
          .doesNotContain("\tat ", "internal error", "tools.jackson", "Exception");
      assertThat(err.toString().lines().count()).as(text).isLessThanOrEqualTo(1);
      refused += code == 2 ? 1 : 0;
    }
    assertThat(refused).isBetween(ROUNDS / 4, ROUNDS - ROUNDS / 50);
  }

  private String mutate(String text) {
    var changed = new StringBuilder(text);
    int at = random.nextInt(changed.length());
    switch (random.nextInt(5)) {
      case 0 -> changed.insert(at, hostile());
      case 1 -> changed.delete(at, Math.min(changed.length(), at + 1 + random.nextInt(20)));
      case 2 -> changed.setCharAt(at, (char) (32 + random.nextInt(95)));
      default -> replaceValue(changed, at);
    }
    return changed.toString();
  }

  private void replaceValue(StringBuilder text, int from) {
    int colon = text.indexOf(": ", from);
    int end = colon;
    while (end >= 0 && end < text.length() && "},\n".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    if (colon >= 0) {
      text.replace(colon + 2, end, hostile());
    }
  }

  private String hostile() {
    return HOSTILE[random.nextInt(HOSTILE.length)];
  }
}
