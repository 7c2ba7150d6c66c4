package org.tflion.train.model.gpt;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tflion.train.model.Initializer;
import org.tflion.train.model.Parameter;

class GptTest {

  private static final int VOCABULARY = 7;

  /** Of equally good sums in another order, values of order 10: 1e-15 each, with room. */
  private static final double ROUNDING = 1e-10;

  /** Two layers, two heads, width 6, context 5. */
  static Gpt model(String positions, String norm, String activation, boolean bias, int headWidth) {
    return Gpt.of(
        new GptConfig(2, 2, 6, 5, positions, norm, activation, bias, headWidth, 0, 0), VOCABULARY);
  }

  static Stream<Arguments> models() {
    return Stream.of(
        arguments(model("learned", "layernorm", "gelu_tanh", true, 0), 5),
        arguments(model("learned", "layernorm", "gelu", false, 0), 5),
        arguments(model("learned", "rmsnorm", "geglu", true, 5), 5),
        arguments(model("learned", "layernorm", "geglu", true, 3), 3),
        arguments(model("rope", "rmsnorm", "geglu", false, 4), 5),
        arguments(model("rope", "layernorm", "gelu", true, 2), 2),
        arguments(model("rope", "rmsnorm", "gelu_tanh", true, 8), 4));
  }

  @ParameterizedTest
  @MethodSource("models")
  void followsItsEquationsInDoubles(Gpt model, int length) {
    Map<String, double[]> values = DoubleGpt.randomValues(model, 1);
    GptOracle oracle = new GptOracle(model.config(), VOCABULARY, values);
    int[][] batch = DoubleGpt.randomTokens(3, length + 1, VOCABULARY, 2);
    int[][] tokens = DoubleGpt.randomTokens(3, length, VOCABULARY, 3);
    try (DoubleGpt graph = new DoubleGpt(model, 3, length)) {
      assertThat(graph.loss(values, batch)).isCloseTo(oracle.loss(batch), within(ROUNDING));
      double[][] logits = graph.logits(values, tokens).rows();
      for (int b = 0; b < 3; b++) {
        double[][] expected = oracle.logits(tokens[b]).rows();
        for (int t = 0; t < length; t++) {
          assertThat(logits[b * length + t]).containsExactly(expected[t], within(ROUNDING));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "learned, layernorm, gelu_tanh, true",
    "rope, rmsnorm, geglu, false",
    "learned, rmsnorm, gelu, true"
  })
  void hasTheGradientsOfFiniteDifferences(
      String positions, String norm, String activation, boolean bias) {
    Gpt model = Gpt.of(new GptConfig(1, 2, 4, 3, positions, norm, activation, bias, 0, 0, 0), 5);
    Map<String, double[]> values = DoubleGpt.randomValues(model, 4);
    int[][] batch = DoubleGpt.randomTokens(2, 4, 5, 5);
    try (DoubleGpt graph = new DoubleGpt(model, 2, 3)) {
      graph
          .gradients(values, batch)
          .forEach(
              (name, gradient) -> {
                double[] numbers = requireNonNull(values.get(name));
                for (int i = 0; i < numbers.length; i++) {
                  double difference = difference(graph, values, batch, numbers, i);
                  // Relative 1e-6; below 1e-3 the noise of the difference, 1e-10, would show.
                  double tolerance = 1e-6 * Math.max(Math.abs(difference), 1e-3);
                  assertThat(gradient[i])
                      .as("%s[%d]", name, i)
                      .isCloseTo(difference, within(tolerance));
                }
              });
    }
  }

  /** Central, with the step at which its own error, h^2, and that of rounding, 1e-16 / h, meet. */
  static double difference(
      DoubleGpt graph, Map<String, double[]> values, int[][] batch, double[] numbers, int i) {
    double step = 1e-5;
    double middle = numbers[i];
    numbers[i] = middle + step;
    double above = graph.loss(values, batch);
    numbers[i] = middle - step;
    double below = graph.loss(values, batch);
    numbers[i] = middle;
    return (above - below) / (2 * step);
  }

  @ParameterizedTest
  @ValueSource(strings = {"learned", "rope"})
  void neverLooksAhead(String positions) {
    Gpt model = model(positions, "layernorm", "gelu", true, 4);
    Map<String, double[]> values = DoubleGpt.randomValues(model, 6);
    int[][] tokens = {{1, 2, 3, 4, 5}, {1, 2, 3, 4, 5}};
    tokens[1][3] = 0;
    try (DoubleGpt graph = new DoubleGpt(model, 2, 5)) {
      double[][] logits = graph.logits(values, tokens).rows();
      for (int t = 0; t < 3; t++) {
        assertThat(logits[5 + t]).as("position %d", t).containsExactly(logits[t]);
      }
      assertThat(logits[5 + 3]).isNotEqualTo(logits[3]);
      assertThat(logits[5 + 4]).isNotEqualTo(logits[4]);
    }
  }

  @Test
  void keepsTheSequencesOfABatchApart() {
    Gpt model = model("rope", "rmsnorm", "gelu", false, 2);
    Map<String, double[]> values = DoubleGpt.randomValues(model, 7);
    int[][] tokens = {{1, 2, 3}, {4, 5, 6}};
    int[][] other = {{0, 0, 0}, {4, 5, 6}};
    try (DoubleGpt graph = new DoubleGpt(model, 2, 3)) {
      double[][] logits = graph.logits(values, tokens).rows();
      double[][] changed = graph.logits(values, other).rows();
      for (int t = 3; t < 6; t++) {
        assertThat(changed[t]).containsExactly(logits[t]);
      }
    }
  }

  /** 124,439,808 is the size that OpenAI's smallest GPT-2 has with its output layer tied. */
  @Test
  void isAsLargeAsGpt2() {
    GptConfig small =
        new GptConfig(12, 12, 768, 1024, "learned", "layernorm", "gelu_tanh", true, 0, 0, 0);
    assertThat(Gpt.of(small, 50_257).size()).isEqualTo(124_439_808);
  }

  @Test
  void startsResidualMatricesSmallerByTheirNumber() {
    Gpt model = model("learned", "layernorm", "gelu", true, 0);
    for (Parameter parameter : model.parameters()) {
      String name = parameter.name();
      Initializer expected = new Initializer.Normal(0.02);
      if (name.endsWith("output.weight")) {
        expected = new Initializer.Normal(0.02 / Math.sqrt(2 * 2));
      } else if (name.endsWith(".gain")) {
        expected = new Initializer.Fill(1);
      } else if (name.endsWith(".bias")) {
        expected = new Initializer.Fill(0);
      }
      assertThat(parameter.initializer()).as(name).isEqualTo(expected);
      assertThat(parameter.decays())
          .as(name)
          .isEqualTo(name.endsWith(".weight") || name.startsWith("embedding."));
    }
  }

  @Test
  void namesEveryParameterOnce() {
    List<String> names =
        model("learned", "layernorm", "geglu", true, 4).parameters().stream()
            .map(Parameter::name)
            .toList();
    assertThat(new HashSet<>(names)).hasSameSizeAs(names);
  }

  @Test
  void refusesMoreTokensThanTheContext() {
    Gpt model = model("rope", "rmsnorm", "gelu", false, 2);
    assertThatThrownBy(() -> new DoubleGpt(model, 1, 6).close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Gpt: tokens must number at most model.context 5 (got 6)");
  }

  @Test
  void refusesAVocabularyBelowTheTokenizers() {
    GptConfig config = new GptConfig(1, 1, 2, 2, "learned", "rmsnorm", "gelu", false, 0, 0, 9);
    assertThat(Gpt.of(config, 4).vocabulary()).isEqualTo(9);
    assertThatThrownBy(() -> Gpt.of(config, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("model.vocabulary must be 0 or at least the tokenizer's 10 (got 9)");
  }
}
