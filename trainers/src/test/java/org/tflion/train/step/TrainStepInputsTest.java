package org.tflion.train.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tflion.train.Configs;
import org.tflion.train.data.Batch;
import org.tflion.train.data.TextRows;
import org.tflion.train.model.gpt.Gpt;
import org.tflion.train.model.gpt.GptConfig;

/** What a step hands to its model besides tokens: noise and documents. */
class TrainStepInputsTest {

  @TempDir private Path folder;

  private static StepConfig config(OptimizerConfig optimizer, int parts) {
    return new StepConfig(optimizer, new ScheduleConfig("linear", 2, 0, 0.1), 9, parts);
  }

  private static TrainStep gpt(double dropout, String jit, int parts, boolean separate) {
    GptConfig shape = new GptConfig(1, 1, 4, 5, "rope", "rmsnorm", "gelu", false, 0, dropout, 0);
    StepConfig config = config(Configs.optimizer("lion", 0.01, 0.1, jit), parts);
    return new TrainStep(Gpt.of(shape, 5), config, new TextRows(4, 6).shape(separate), 1);
  }

  private static Batch tokens(int step) {
    return new TextRows(4, 6).batch(new Random(step).ints(4 * 6, 0, 5).toArray(), null);
  }

  @ParameterizedTest
  @CsvSource({"off, 1", "step, 1", "off, 2"})
  void dropoutIsTheSameInEveryRunAndNewInEveryStep(String jit, int parts) {
    try (TrainStep one = gpt(0.5, jit, parts, false);
        TrainStep two = gpt(0.5, jit, parts, false);
        TrainStep none = gpt(0, jit, parts, false)) {
      assertThat(one.evaluate(tokens(1)).loss().value())
          .isEqualTo(none.evaluate(tokens(1)).loss().value());
      one.run(tokens(1));
      one.save(folder.resolve("one"));
      double second = one.run(tokens(1)).loss();
      assertThat(one.evaluate(tokens(2)).loss().value())
          .isEqualTo(one.evaluate(tokens(2)).loss().value());
      two.restore(folder.resolve("one"));
      assertThat(two.run(tokens(1)).loss()).isEqualTo(second);
      // The same weights and tokens, but another update: only the noise differs.
      none.restore(folder.resolve("one"));
      assertThat(none.run(tokens(1)).loss()).isNotEqualTo(second);
      assertThat(one.run(tokens(3))).isEqualTo(two.run(tokens(3)));
    }
  }

  @Test
  void partsOfABatchHaveDifferentNoise() {
    int[] equalRows = {1, 2, 3, 4, 0, 1, 1, 2, 3, 4, 0, 1, 1, 2, 3, 4, 0, 1, 1, 2, 3, 4, 0, 1};
    int[] oneRow = Arrays.copyOf(equalRows, 6);
    GptConfig shape = new GptConfig(1, 1, 4, 5, "rope", "rmsnorm", "gelu", false, 0, 0.5, 0);
    StepConfig alone = config(Configs.optimizer("lion", 0.01, 0.1, "off"), 1);
    try (TrainStep split = gpt(0.5, "off", 4, false);
        TrainStep single =
            new TrainStep(Gpt.of(shape, 5), alone, new TextRows(1, 6).shape(false), 1)) {
      // With the noise of the first part in all four, the mean would be that of the first.
      assertThat(split.run(new TextRows(4, 6).batch(equalRows, null)).loss())
          .isNotCloseTo(single.run(new TextRows(1, 6).batch(oneRow, null)).loss(), within(1e-6));
    }
  }

  @ParameterizedTest
  @CsvSource({"off, 1", "step, 1", "off, 2"})
  void documentsOfARowAreKeptApart(String jit, int parts) {
    int[] segments = {0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 0, 0, 0, 0, 1, 1};
    Batch apart = new TextRows(4, 6).batch(tokens(1).ints("tokens"), segments);
    try (TrainStep step = gpt(0, jit, parts, true);
        TrainStep whole = gpt(0, "off", 1, true);
        TrainStep blind = gpt(0, "off", 1, false)) {
      double expected = whole.evaluate(apart).loss().value();
      assertThat(expected).isNotCloseTo(blind.evaluate(apart).loss().value(), within(1e-4));
      assertThat(step.evaluate(apart).loss().value()).isCloseTo(expected, within(1e-5));
      assertThat(step.run(apart).loss()).isCloseTo(expected, within(1e-5));
      assertThat(step.run(apart).loss()).isLessThan(expected);
    }
  }
}
