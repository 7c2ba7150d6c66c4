package org.tflion.cli.selftest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tflion.cli.Main;

/** A few tries of each drill; {@code tflion selftest reliability} makes more. */
class DrillsTest {

  @TempDir private Path folder;
  private SmallRun small;

  @BeforeEach
  void writeText() throws Exception {
    small = SmallRun.in(folder);
  }

  private static void assertGood(Outcome outcome, int tries) {
    assertThat(outcome.good()).as(outcome.toString()).isTrue();
    assertThat(outcome.tries()).isGreaterThanOrEqualTo(tries);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void killsOfARealProcess(boolean inPlace) throws Exception {
    RunDrills.Limits limits =
        new RunDrills.Limits(2, System.nanoTime() + Duration.ofMinutes(5).toNanos());
    RunDrills runs = new RunDrills(small, folder, Main.class);
    // Two lives, and the run that goes on to the end.
    assertGood(runs.kills(inPlace, limits, new SplittableRandom(5)), 3);
  }

  @Test
  void signalsToARealProcess() throws Exception {
    assertGood(new RunDrills(small, folder, Main.class).signals(1), 1);
  }

  @Test
  void aWorkerThatIsKilledAndComesBack() throws Exception {
    ShardDrills shards = new ShardDrills(small, folder, Main.class);
    assertGood(shards.workerKills(1, new SplittableRandom(5)), 1);
  }

  @Test
  void savesThatFailAndFilesThatAreDamaged() throws Exception {
    SaveDrills saves = SaveDrills.prepare(small, folder);
    assertGood(saves.fails(folder), 20);
    assertGood(saves.damages(folder), 8);
  }

  @Test
  void anOutcomeIsOnlyGoodIfAllIsWell() {
    assertThat(new Outcome("d", 2, 2, 0).good()).isTrue();
    assertThat(new Outcome("d", 2, 1, 0).good()).isFalse();
    assertThat(new Outcome("d", 2, 2, 1).good()).isFalse();
    assertThat(new Outcome("d", 0, 0, 0).good()).isFalse();
  }
}
