package org.tflion.train.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tflion.train.Configs;
import org.tflion.train.data.Batch;
import org.tflion.train.data.TextRows;

/** The same numbers as {@link TrainStep}, with the state on a device that can be told apart. */
@Timeout(300)
class AcceleratorStepTest {

  private static final int SEED = 5;
  private static final int STEPS = 4;

  /** A few float32 roundings, 6e-8 each, of numbers up to 10, over four steps. */
  private static final double CLOSE = 1e-5;

  @TempDir private Path folder;
  private final XlaDevice device = new XlaDevice();

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

  private AcceleratorStep step(StepConfig config) {
    return new AcceleratorStep(device.place(), new Affine(), config, Affine.SHAPE, SEED);
  }

  private void assertSameState(TrainStep expected, Snapshot actual) {
    expected.save(folder.resolve("expected"));
    actual.write(folder.resolve("actual"));
    Bundle one = new Bundle(folder.resolve("expected"));
    Bundle two = new Bundle(folder.resolve("actual"));
    for (StateTensor tensor : expected.tensors()) {
      if (tensor.type().equals("float32")) {
        assertThat(two.numbers(tensor.name()))
            .as(tensor.name())
            .containsExactly(one.numbers(tensor.name()), within(CLOSE));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"lion, 1", "lion, 2", "adamw, 1"})
  void trainsAsTensorFlowDoes(String name, int parts) {
    StepConfig config = config(name, parts);
    try (TrainStep expected = new TrainStep(new Affine(), config, Affine.SHAPE, SEED);
        AcceleratorStep step = step(config)) {
      assertThat(step.tensors()).isEqualTo(expected.tensors());
      for (int i = 1; i <= STEPS; i++) {
        Step.Report wanted = expected.run(batch(i));
        Step.Report report = step.run(batch(i));
        assertThat(report.loss()).isCloseTo(wanted.loss(), within(CLOSE));
        assertThat(report.gradientNorm()).isCloseTo(wanted.gradientNorm(), within(CLOSE));
        assertThat(report.learningRate()).isEqualTo(wanted.learningRate());
        assertThat(report.updated()).isTrue();
      }
      Evaluation wanted = expected.evaluate(batch(9));
      Evaluation evaluation = step.evaluate(batch(9));
      assertThat(evaluation.loss().value()).isCloseTo(wanted.loss().value(), within(CLOSE));
      assertThat(evaluation.loss().count()).isEqualTo(wanted.loss().count());
      assertThat(evaluation.metrics().keySet()).isEqualTo(wanted.metrics().keySet());
      try (Snapshot snapshot = step.snapshot()) {
        assertThat(snapshot.firstNotFinite()).isEmpty();
        assertSameState(expected, snapshot);
      }
    }
    assertThat(device.open()).as("tensors and programs left on the device").isZero();
    assertThat(device.isClosed()).isTrue();
  }

  @Test
  void aSnapshotStaysWhileStepsGoOn() {
    StepConfig config = config("lion", 1);
    try (TrainStep expected = new TrainStep(new Affine(), config, Affine.SHAPE, SEED);
        AcceleratorStep step = step(config)) {
      expected.run(batch(1));
      step.run(batch(1));
      try (Snapshot snapshot = step.snapshot()) {
        step.run(batch(2));
        assertSameState(expected, snapshot);
      }
      double[] later = matrix(step, "later");
      Bundle first = new Bundle(folder.resolve("expected"));
      step.restore(folder.resolve("expected"), Map.of("weights/bias", "weights/bias"));
      assertThat(matrix(step, "mixed")).as("not restored").isEqualTo(later);
      assertThat(later).isNotEqualTo(first.numbers("weights/matrix"));
      assertThat(new Bundle(folder.resolve("mixed")).numbers("weights/bias"))
          .isEqualTo(first.numbers("weights/bias"));
    }
  }

  private double[] matrix(AcceleratorStep step, String file) {
    try (Snapshot snapshot = step.snapshot()) {
      snapshot.write(folder.resolve(file));
    }
    return new Bundle(folder.resolve(file)).numbers("weights/matrix");
  }

  @Test
  void whatIsNotFiniteMovesNothingAndIsNamed() {
    StepConfig config = config("lion", 1);
    try (AcceleratorStep step = step(config);
        TrainStep expected = new TrainStep(new Affine(), config, Affine.SHAPE, SEED)) {
      Step.Report report = step.run(batch(1), -1);
      assertThat(report.updated()).as("above the limit").isFalse();
      try (Snapshot snapshot = step.snapshot()) {
        assertSameState(expected, snapshot);
      }
      assertThat(step.firstNotFinite(batch(1))).isEmpty();
      assertThat(step.run(batch(1)).loss()).isEqualTo(report.loss());
    }
  }
}
