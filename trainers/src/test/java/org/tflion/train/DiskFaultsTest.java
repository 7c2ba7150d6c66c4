package org.tflion.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tflion.train.checkpoint.CheckpointException;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.loop.LoopListener;
import org.tflion.train.metrics.StepMetrics;

/** A disk that fails under a running training: it is said, and the run stops or goes on as told. */
class DiskFaultsTest {

  @TempDir private Path folder;
  private TinyRun tiny;
  private Path run;
  private final List<String> warnings = new ArrayList<>();

  @BeforeEach
  void writeText() throws IOException {
    tiny = TinyRun.in(folder);
    run = folder.resolve("run");
  }

  private TrainConfig config(String... more) {
    return tiny.config(
        Stream.concat(Stream.of("optimizer.jit=off", "train.async_save=false"), Stream.of(more))
            .toArray(String[]::new));
  }

  /** Does something to the disk after a step, and collects warnings. */
  private LoopListener after(long step, Runnable fault) {
    return new LoopListener() {
      @Override
      public void onStep(StepMetrics metrics) {
        if (metrics.step() == step) {
          fault.run();
        }
      }

      @Override
      public void onWarning(String sentence) {
        warnings.add(sentence);
      }
    };
  }

  private void removeRun() {
    try (Stream<Path> all = Files.walk(run)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file in the place of the folder: whoever runs the test, nothing can be written there. */
  private void blockCheckpoints() {
    try {
      Files.move(run.resolve("checkpoints"), run.resolve("moved"));
      Files.writeString(run.resolve("checkpoints"), "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void unblockCheckpoints() {
    try {
      Files.delete(run.resolve("checkpoints"));
      Files.move(run.resolve("moved"), run.resolve("checkpoints"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void stopsWhenItsFolderIsTakenAway() {
    try (Training training =
        Training.start(config("train.log_every=40", "train.eval_every=0"), run)) {
      assertThatThrownBy(() -> training.run(40, after(12, this::removeRun)))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("step-20 could not be written (NoSuchFileException");
    }
    assertThat(run).doesNotExist();
  }

  @Test
  void goesOnWithoutItsFolderIfToldSoAndFailsAtTheEnd() {
    TrainConfig config = config("train.on_failed_save=continue", "train.log_every=10");
    try (Training training = Training.start(config, run)) {
      assertThatThrownBy(() -> training.run(40, after(12, this::removeRun)))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("step-40 could not be written");
    }
    assertThat(warnings)
        .anyMatch(sentence -> sentence.contains("step-20 could not be written"))
        .anyMatch(sentence -> sentence.contains("step-30 could not be written"))
        .anyMatch(sentence -> sentence.startsWith("the metrics of step 20 could not be written"));
    assertThat(run).doesNotExist();
  }

  @Test
  void stopsWhereCheckpointsCannotBeWritten() {
    try (Training training = Training.start(config(), run)) {
      assertThatThrownBy(() -> training.run(40, after(12, this::blockCheckpoints)))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("step-20 could not be written");
    }
    unblockCheckpoints();
    try (Training training = Training.resume(config(), run)) {
      assertThat(training.done()).isEqualTo(10);
    }
  }

  @Test
  void savesAgainWhenTheDiskIsBack() {
    TrainConfig config = config("train.on_failed_save=continue");
    try (Training training = Training.start(config, run)) {
      training.run(
          40,
          new LoopListener() {
            @Override
            public void onStep(StepMetrics metrics) {
              if (metrics.step() == 12) {
                blockCheckpoints();
              } else if (metrics.step() == 25) {
                unblockCheckpoints();
              }
            }

            @Override
            public void onWarning(String sentence) {
              warnings.add(sentence);
            }
          });
    }
    assertThat(warnings).singleElement().asString().contains("step-20 could not be written");
    assertThat(run.resolve("checkpoints/latest")).hasContent("step-40");
  }
}
