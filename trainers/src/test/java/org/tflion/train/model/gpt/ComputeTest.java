package org.tflion.train.model.gpt;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tflion.train.model.Compute;

/** However its layers compute, a model has the loss and the gradients of its equations. */
class ComputeTest {

  private static final Compute FUSED = new Compute(true, false, false);
  private static final Compute RECOMPUTED = new Compute(false, false, true);
  private static final Compute BOTH = new Compute(true, false, true);
  private static final Compute HALVED = new Compute(true, true, false);

  /** Of equally good sums in another order, gradients of order 1. */
  private static final double ROUNDING = 1e-12;

  static Stream<Arguments> ways() {
    List<Gpt> models =
        List.of(
            GptTest.model("learned", "layernorm", "gelu", true, 0),
            GptTest.model("rope", "rmsnorm", "geglu", false, 4),
            GptTest.model("learned", "layernorm", "gelu_tanh", false, 0));
    return models.stream()
        .flatMap(
            model ->
                Stream.of(
                    arguments(model, FUSED), arguments(model, RECOMPUTED), arguments(model, BOTH)));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void hasTheLossAndGradientsOfThePlainOperations(Gpt model, Compute compute) {
    Map<String, double[]> values = DoubleGpt.randomValues(model, 1);
    int[][] batch = DoubleGpt.randomTokens(3, 6, 7, 2);
    try (DoubleGpt plain = new DoubleGpt(model, 3, 5);
        DoubleGpt other = new DoubleGpt(model, 3, 5, compute)) {
      assertThat(other.loss(values, batch)).isCloseTo(plain.loss(values, batch), within(ROUNDING));
      Map<String, double[]> expected = plain.gradients(values, batch);
      other
          .gradients(values, batch)
          .forEach(
              (name, gradient) ->
                  assertThat(gradient)
                      .as(name)
                      .containsExactly(requireNonNull(expected.get(name)), within(ROUNDING)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "learned, layernorm, gelu_tanh, true",
    "rope, rmsnorm, geglu, false",
    "learned, layernorm, gelu, false"
  })
  void hasTheGradientsOfFiniteDifferences(
      String positions, String norm, String activation, boolean bias) {
    Gpt model = Gpt.of(new GptConfig(1, 2, 4, 3, positions, norm, activation, bias, 0, 0, 0), 5);
    Map<String, double[]> values = DoubleGpt.randomValues(model, 4);
    int[][] batch = DoubleGpt.randomTokens(2, 4, 5, 5);
    try (DoubleGpt graph = new DoubleGpt(model, 2, 3, FUSED)) {
      graph
          .gradients(values, batch)
          .forEach(
              (name, gradient) -> {
                double[] numbers = requireNonNull(values.get(name));
                for (int i = 0; i < numbers.length; i++) {
                  double difference = GptTest.difference(graph, values, batch, numbers, i);
                  // Relative 1e-6; below 1e-3 the noise of the difference, 1e-10, would show.
                  double tolerance = 1e-6 * Math.max(Math.abs(difference), 1e-3);
                  assertThat(gradient[i])
                      .as("%s[%d]", name, i)
                      .isCloseTo(difference, within(tolerance));
                }
              });
    }
  }

  /**
   * bfloat16 has 8 bits: 2^-9 of each number, some ten of them on the way from token to loss, hence
   * 0.02, and as many again on the way back, hence 0.04 for gradients, and a quarter to spare.
   */
  @Test
  void isNearWithProductsOfBfloat16() {
    Gpt model = GptTest.model("learned", "layernorm", "gelu", false, 0);
    Map<String, double[]> values = DoubleGpt.randomValues(model, 1);
    int[][] batch = DoubleGpt.randomTokens(3, 6, 7, 2);
    try (DoubleGpt plain = new DoubleGpt(model, 3, 5);
        DoubleGpt half = new DoubleGpt(model, 3, 5, HALVED)) {
      double exact = plain.loss(values, batch);
      double near = half.loss(values, batch);
      assertThat(near).isNotEqualTo(exact).isCloseTo(exact, within(0.02 * exact));
      double[] right = together(plain.gradients(values, batch));
      double[] rough = together(half.gradients(values, batch));
      for (int i = 0; i < rough.length; i++) {
        rough[i] -= right[i];
      }
      assertThat(length(rough)).isLessThan(0.05 * length(right));
    }
  }

  private static double[] together(Map<String, double[]> gradients) {
    return gradients.values().stream().flatMapToDouble(Arrays::stream).toArray();
  }

  private static double length(double[] a) {
    double sum = 0;
    for (double number : a) {
      sum += number * number;
    }
    return Math.sqrt(sum);
  }
}
