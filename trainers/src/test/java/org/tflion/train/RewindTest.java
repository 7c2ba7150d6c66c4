package org.tflion.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tflion.train.checkpoint.Checkpoint;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.loop.LoopListener;
import org.tflion.train.loop.SkippedTooOftenException;
import org.tflion.train.metrics.Dump;

/** A run that gives up says why, and can go on past the data that it gave up on. */
class RewindTest {

  private static final LoopListener SILENT = new LoopListener() {};

  @TempDir private Path folder;
  private TinyRun tiny;
  private Path run;
  private final List<String> warnings = new ArrayList<>();

  @BeforeEach
  void writeText() throws IOException {
    tiny = TinyRun.in(folder);
    run = folder.resolve("run");
  }

  /** A run whose later losses all count as spikes: the guard's limit is hardly above the median. */
  private TrainConfig config(String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "optimizer.jit=off",
                "optimizer.learning_rate=1e-9",
                "train.checkpoint_every=16",
                "guard.window=16",
                "guard.max_skipped=2"));
    settings.addAll(List.of(more));
    return tiny.config(settings.toArray(String[]::new));
  }

  private void giveUp() {
    LoopListener listener =
        new LoopListener() {
          @Override
          public void onWarning(String sentence) {
            warnings.add(sentence);
          }
        };
    try (Training training = Training.start(config("guard.spike=1e-9"), run)) {
      assertThatThrownBy(() -> training.run(40, listener))
          .isInstanceOf(SkippedTooOftenException.class)
          .hasMessageContaining("2 updates in a row were left out")
          .hasMessageContaining("--resume --rewind");
    }
  }

  private Path dump() throws IOException {
    try (var files = Files.list(run)) {
      return files.filter(file -> file.toString().contains("dump-step-")).findAny().orElseThrow();
    }
  }

  private Checkpoint newest() {
    return new RunDirectory(run).checkpoints().newest().orElseThrow().checkpoint();
  }

  @Test
  void leavesOutTheDataUpToWhereItGaveUp() throws IOException {
    giveUp();
    Dump dump = Dump.read(dump());
    assertThat(dump.skipped()).hasSize(2);
    assertThat(dump.losses()).hasSize(16);
    assertThat(dump.lastBatch()).isEqualTo(dump.step() - 1);
    assertThat(warnings)
        .hasSizeGreaterThanOrEqualTo(3)
        .last()
        .isEqualTo("what is known of it is in " + dump());
    assertThat(newest().manifest().step()).isEqualTo(16);
    Transfer all = Transfer.ALL;
    try (Training training =
        Training.resume(config("guard.spike=0"), run, all, true, Engine.TENSORFLOW)) {
      assertThat(training.done()).isEqualTo(16);
      training.run(40, SILENT);
    }
    assertThat(newest().manifest().step()).isEqualTo(40);
    assertThat(newest().manifest().data().nextBatch()).isEqualTo(dump.lastBatch() + 1 + 40 - 16);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Training.resume(config(), run, all, true, Engine.TENSORFLOW).close())
        .withMessageContaining("--rewind must come after the run has given up");
  }

  @Test
  void refusesADamagedDump() throws IOException {
    giveUp();
    Files.writeString(dump(), "{\"step\":");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Training.resume(config(), run, Transfer.ALL, true, Engine.TENSORFLOW).close())
        .withMessageContaining("must be what a run wrote when it gave up");
  }
}
