package org.tflion.train.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tflion.train.Configs;
import org.tflion.train.data.Batch;
import org.tflion.train.data.TextRows;

class TracedStepTest {

  private static final int SEED = 5;
  private static final int STEPS = 4;

  /** A few float32 roundings, 6e-8 each, of numbers up to 10, over four steps. */
  private static final double CLOSE = 1e-5;

  @TempDir private Path folder;

  private static StepConfig config(String name, int parts) {
    return new StepConfig(
        new Configs.Plain(name, 0.05, 0.8, 0.6, null, 0.3, 1.5, "update").config(),
        new ScheduleConfig("linear", 2, 0, 0.1),
        STEPS,
        parts);
  }

  private static Batch batch(int step) {
    return new TextRows(4, Affine.LENGTH)
        .batch(new Random(100 + step).ints(4 * Affine.LENGTH, -2, 3).toArray(), null);
  }

  private static List<TracedStep> traced(StepConfig config) {
    return TracedStep.of(new Affine(), config, Affine.SHAPE, SEED);
  }

  @ParameterizedTest
  @CsvSource({"lion, 1", "lion, 2", "adamw, 1"})
  void trainsAsTheStepDoesThatItIsTracedFrom(String name, int parts) {
    StepConfig config = config(name, parts);
    Path prefix = folder.resolve("first");
    try (TrainStep step = new TrainStep(new Affine(), config, Affine.SHAPE, SEED)) {
      step.save(prefix);
      try (TracedRun run = new TracedRun(traced(config), new Bundle(prefix))) {
        for (int i = 1; i <= STEPS; i++) {
          Step.Report expected = step.run(batch(i));
          Step.Report report = run.step(batch(i), Double.POSITIVE_INFINITY);
          assertThat(report.loss()).isCloseTo(expected.loss(), within(CLOSE));
          assertThat(report.gradientNorm()).isCloseTo(expected.gradientNorm(), within(CLOSE));
          assertThat(report.learningRate()).isEqualTo(expected.learningRate());
          assertThat(report.updated()).isTrue();
        }
        step.save(folder.resolve("last"));
        double[] matrix = new Bundle(folder.resolve("last")).numbers("weights/matrix");
        assertThat(run.numbers("weights/matrix")).containsExactly(matrix, within(CLOSE));
      }
    }
  }

  @Test
  void leavesEverythingAsItIsAboveTheLimit() {
    StepConfig config = config("lion", 1);
    Path prefix = folder.resolve("first");
    try (TrainStep step = new TrainStep(new Affine(), config, Affine.SHAPE, SEED)) {
      step.save(prefix);
    }
    try (TracedRun run = new TracedRun(traced(config), new Bundle(prefix))) {
      double[] before = run.numbers("weights/matrix");
      assertThat(run.step(batch(1), 0).updated()).isFalse();
      assertThat(run.numbers("weights/matrix")).containsExactly(before);
      assertThat(run.step(batch(1), Double.POSITIVE_INFINITY).updated()).isTrue();
      assertThat(run.numbers("weights/matrix")).isNotEqualTo(before);
    }
  }

  @Test
  void namesItsArgumentsAndTheirAxes() {
    TracedStep step = traced(config("lion", 1)).get(0);
    assertThat(step.name()).isEqualTo("step");
    assertThat(step.arguments())
        .extracting(TracedStep.Argument::name)
        .containsExactly(
            "tokens",
            "limit",
            "updates",
            "weights/matrix",
            "weights/bias",
            "slots/momentum/matrix",
            "slots/momentum/bias");
    assertThat(step.arguments().get(0).axes()).containsExactly("batch", "place");
    List<String> axes = new Affine().parameters().get(0).axes();
    assertThat(step.arguments().get(3).axes()).isEqualTo(axes);
    assertThat(step.arguments().get(5).axes()).isEqualTo(axes);
    assertThat(step.arguments().get(2).axes()).isEmpty();
  }

  @Test
  void aBatchInPartsIsTwoPrograms() {
    List<TracedStep> programs = traced(config("lion", 2));
    assertThat(programs).extracting(TracedStep::name).containsExactly("pass", "update");
    assertThat(programs).extracting(TracedStep::times).containsExactly(2, 1);
    assertThat(programs.get(0).arguments())
        .extracting(TracedStep.Argument::name)
        .contains("tokens", "weights/matrix", "sums/matrix", "sums/count")
        .doesNotContain("slots/momentum/matrix", "limit");
    assertThat(programs.get(1).arguments())
        .extracting(TracedStep.Argument::name)
        .contains("sums/matrix", "slots/momentum/matrix", "limit")
        .doesNotContain("tokens");
  }
}
