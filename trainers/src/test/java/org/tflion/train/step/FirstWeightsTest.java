package org.tflion.train.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tflion.train.Configs;
import org.tflion.train.data.Batch;
import org.tflion.train.data.TextRows;
import org.tflion.train.model.gpt.Gpt;
import org.tflion.train.model.gpt.GptConfig;

/** A small GPT before its first step, and over a few of them. */
class FirstWeightsTest {

  private static final int VOCABULARY = 300;

  @TempDir private Path folder;

  private static TrainStep step(long seed, String jit) {
    GptConfig shape =
        new GptConfig(2, 2, 32, 4, "learned", "layernorm", "gelu_tanh", false, 0, 0, 0);
    // A large epsilon keeps the update smooth where a gradient is near zero.
    StepConfig config =
        new StepConfig(
            new Configs.Plain("adamw", 0.01, 0.9, 0.99, 1e-3, 0.1, 1, jit).config(),
            new ScheduleConfig("constant", 0, 0, 0),
            10,
            1);
    return new TrainStep(Gpt.of(shape, VOCABULARY), config, new TextRows(4, 5).shape(false), seed);
  }

  private static Batch batch(long seed) {
    return new TextRows(4, 5).batch(new Random(seed).ints(4 * 5, 0, VOCABULARY).toArray(), null);
  }

  private Bundle save(TrainStep step, String name) {
    step.save(folder.resolve(name));
    return new Bundle(folder.resolve(name));
  }

  /** Logits of a fresh model are near zero: every token is as likely. */
  @Test
  void firstLossIsThatOfAGuess() {
    try (TrainStep step = step(1, "off")) {
      assertThat(step.evaluate(batch(1)).loss().value())
          .isCloseTo(Math.log(VOCABULARY), within(0.1));
    }
  }

  @Test
  void firstWeightsHaveTheDeviationsOfGpt2() {
    try (TrainStep step = step(1, "off")) {
      Bundle first = save(step, "first");
      // Relative error of a deviation from n draws: 1 / sqrt(2 n); here n > 2,000, six of them.
      assertDeviation(first, "embedding.tokens", 0.02);
      assertDeviation(first, "blocks.0.attention.qkv.weight", 0.02);
      assertDeviation(first, "blocks.1.feed_forward.input.weight", 0.02);
      assertDeviation(first, "blocks.0.attention.output.weight", 0.01);
      assertDeviation(first, "blocks.1.feed_forward.output.weight", 0.01);
      assertThat(first.numbers("weights/norm.gain")).containsOnly(1);
    }
  }

  private static void assertDeviation(Bundle bundle, String name, double expected) {
    double[] numbers = bundle.numbers("weights/" + name);
    double mean = Arrays.stream(numbers).average().orElseThrow();
    double square = Arrays.stream(numbers).map(x -> (x - mean) * (x - mean)).sum();
    double deviation = Math.sqrt(square / numbers.length);
    double error = 6 * expected / Math.sqrt(2.0 * numbers.length);
    assertThat(deviation).as(name).isCloseTo(expected, within(error));
    assertThat(mean).as(name).isCloseTo(0, within(6 * expected / Math.sqrt(numbers.length)));
  }

  @Test
  void weightsDependOnTheSeedAndDiffer() {
    try (TrainStep one = step(1, "off");
        TrainStep again = step(1, "off");
        TrainStep other = step(2, "off")) {
      String name = "weights/blocks.0.attention.qkv.weight";
      Bundle first = save(one, "one");
      assertThat(save(again, "again").numbers(name)).isEqualTo(first.numbers(name));
      assertThat(save(other, "other").numbers(name)).isNotEqualTo(first.numbers(name));
      assertThat(first.numbers("weights/blocks.1.attention.qkv.weight"))
          .isNotEqualTo(first.numbers(name));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"update", "step"})
  void compilationKeepsTheWeights(String jit) {
    try (TrainStep plain = step(3, "off");
        TrainStep compiled = step(3, jit)) {
      for (int i = 0; i < 5; i++) {
        double loss = plain.run(batch(i)).loss();
        assertThat(compiled.run(batch(i)).loss()).isCloseTo(loss, within(1e-4));
      }
      Bundle expected = save(plain, "plain");
      Bundle actual = save(compiled, jit);
      for (String name : new String[] {"embedding.tokens", "blocks.1.attention.output.weight"}) {
        // A gradient's float32 error, 1e-7 of sums of order 1, times rate / epsilon, 10, five
        // times.
        assertThat(actual.numbers("weights/" + name))
            .containsExactly(expected.numbers("weights/" + name), within(1e-5));
      }
    }
  }
}
