package org.tflion.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.loop.LoopListener;
import org.tflion.train.loop.SampleConfig;
import org.tflion.train.metrics.StepMetrics;

/** Whole runs of a tiny model on a tiny text. */
class TrainingTest {

  @TempDir private Path folder;
  private TinyRun tiny;

  @BeforeEach
  void writeText() throws IOException {
    tiny = TinyRun.in(folder);
  }

  private TrainConfig config(String... more) {
    return tiny.config(more);
  }

  @ParameterizedTest
  @ValueSource(strings = {"off", "update", "step"})
  void learnsWhateverIsCompiled(String jit) {
    List<StepMetrics> seen = new ArrayList<>();
    try (Training training =
        Training.start(config("optimizer.jit=" + jit), folder.resolve("run"))) {
      training.run(40, collect(seen));
    }
    assertThat(seen).hasSize(40);
    assertThat(seen.get(0).loss()).isBetween(5.4, 5.7);
    assertThat(seen.get(39).loss()).isLessThan(3.5);
    assertThat(seen.get(39).valLoss()).isNotNull().isLessThan(3.5);
  }

  @Test
  void resumesBitForBit() {
    List<StepMetrics> straight = new ArrayList<>();
    try (Training training = Training.start(config(), folder.resolve("straight"))) {
      training.run(40, collect(straight));
    }
    List<StepMetrics> resumed = new ArrayList<>();
    try (Training training = Training.start(config(), folder.resolve("halves"))) {
      training.run(20, collect(resumed));
    }
    try (Training training = Training.resume(config(), folder.resolve("halves"))) {
      assertThat(training.done()).isEqualTo(20);
      training.run(40, collect(resumed));
    }
    assertThat(resumed.stream().map(StepMetrics::loss).toList())
        .isEqualTo(straight.stream().map(StepMetrics::loss).toList());
    assertThat(resumed.get(39).valLoss()).isEqualTo(straight.get(39).valLoss());
  }

  @Test
  void generatesTheSameTextFromTheSameSeed() {
    Path run = folder.resolve("run");
    TrainConfig config = config();
    try (Training training = Training.start(config, run)) {
      training.run(10, new LoopListener() {});
    }
    SampleConfig sample = new SampleConfig("the ", 30, 0.8, 5, 7);
    TrainedModel model = TrainedModel.open(RunDirectory.open(run), config);
    assertThat(model.generate(sample)).startsWith("the ").isEqualTo(model.generate(sample));
  }

  private static LoopListener collect(List<StepMetrics> seen) {
    return new LoopListener() {
      @Override
      public void onStep(StepMetrics metrics) {
        seen.add(metrics);
      }
    };
  }
}
