package org.tflion.train.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever stands in the files beside a run's checkpoints, a run goes on or refuses. */
class FuzzedMetricsTest {

  private static final int ROUNDS = 1000;

  private final SplittableRandom random = new SplittableRandom(20260105);

  @TempDir private Path folder;

  private byte[] mutated(byte[] whole) {
    byte[] bytes = whole.clone();
    for (int times = 1 + random.nextInt(6); times > 0; times--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  /** What stays after a cut is whole lines of the steps before. */
  @Test
  void mutatedMetricsAreCutToWhatIsWhole() throws IOException {
    Path file = folder.resolve("metrics.jsonl");
    MetricsLog log = new MetricsLog(file);
    for (int step = 1; step <= 5; step++) {
      log.append(
          new StepMetrics(
              step, 2.5, null, 1e-4, 0.5, 32, 100, 20, 0, null, null, 0, Map.of(), Map.of()));
    }
    byte[] whole = Files.readAllBytes(file);
    for (int round = 0; round < ROUNDS; round++) {
      Files.write(file, mutated(whole));
      log.cutAfter(4);
      byte[] kept = Files.readAllBytes(file);
      assertThat(kept.length == 0 || kept[kept.length - 1] == '\n').isTrue();
    }
  }

  @Test
  void mutatedDumpsAreReadOrRefused() throws IOException {
    Path file = folder.resolve("dump-step-7.json");
    SkippedUpdate skipped =
        new SkippedUpdate(7, 6, Double.NaN, 1, Double.POSITIVE_INFINITY, "the loss is NaN");
    byte[] whole =
        new Dump(7, 6, List.of(1.5, 2.5), List.of(skipped)).json().getBytes(StandardCharsets.UTF_8);
    Files.write(file, whole);
    assertThat(Dump.read(file).losses()).containsExactly(1.5, 2.5);
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Files.write(file, mutated(whole));
      try {
        Dump.read(file);
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessage(file + " must be what a run wrote when it gave up");
        refused++;
      }
    }
    assertThat(refused).isBetween(ROUNDS / 4, ROUNDS - 1);
    Files.writeString(file, "null");
    assertThatIllegalArgumentException().isThrownBy(() -> Dump.read(file));
  }
}
