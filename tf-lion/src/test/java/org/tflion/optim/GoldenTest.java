package org.tflion.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Graph;
import org.tflion.schedule.Schedule;

/** Every update of the reference cases, for both kinds of variables and types, with XLA or not. */
class GoldenTest {

  /** A reference case, the optimizer under test, and what each of its variables is called there. */
  record Subject(
      String name,
      Function<GoldenVectors.Case, BiFunction<Graph, UpdateOptions, RuleOptimizer>> optimizer,
      Map<String, String> variables) {

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Arguments> subjects() {
    Map<String, String> lion = Map.of("w", "params", "w-momentum", "m");
    Map<String, String> adamW =
        Map.of("w", "params", "w-first_moment", "m", "w-second_moment", "v");
    List<Subject> subjects =
        List.of(
            new Subject("lion_dense", GoldenTest::lion, lion),
            new Subject("lion_weight_decay_schedule", GoldenTest::lion, lion),
            new Subject("lion_lm_betas", GoldenTest::lion, lion),
            new Subject("adamw", GoldenTest::adamW, adamW),
            new Subject("adamw_lm", GoldenTest::adamW, adamW));
    return subjects.stream()
        .flatMap(s -> Trial.Setting.all().stream().map(setting -> Arguments.of(s, setting)));
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void followsTheReference(Subject subject, Trial.Setting setting) {
    GoldenVectors.Case golden = GoldenVectors.named(subject.name());
    // float64: the references themselves carry rounding of this size. float32: five updates of a
    // few roundings of 6e-8 each, relative to values of order 1.
    double tolerance = setting.isDouble() ? 1e-12 : 1e-6;
    try (Trial<?> trial =
        new Trial<>(
            setting,
            golden.shape(),
            golden.parameters(),
            UpdateOptions.DEFAULT,
            subject.optimizer().apply(golden))) {
      for (int step = 0; step < golden.steps(); step++) {
        trial.step(golden.gradient(step));
        for (Map.Entry<String, String> variable : subject.variables().entrySet()) {
          double[] expected = golden.expected(step, variable.getValue());
          double[] actual = trial.value(variable.getKey());
          for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i])
                .as("update %d, %s[%d]", step + 1, variable.getKey(), i)
                .isCloseTo(expected[i], within(tolerance * Math.max(1, Math.abs(expected[i]))));
          }
        }
      }
    }
  }

  private static Schedule rates(GoldenVectors.Case golden) {
    double[] rates = golden.rates();
    long[] boundaries = new long[rates.length - 1];
    for (int i = 0; i < boundaries.length; i++) {
      boundaries[i] = i + 1L;
    }
    return Schedule.piecewise(boundaries, rates);
  }

  private static BiFunction<Graph, UpdateOptions, RuleOptimizer> lion(GoldenVectors.Case golden) {
    LionConfig config =
        LionConfig.of(rates(golden))
            .withBetas(golden.hyper("beta1"), golden.hyper("beta2"))
            .withWeightDecay(golden.hyper("weight_decay"));
    return (graph, options) -> new Lion(graph, config, options);
  }

  private static BiFunction<Graph, UpdateOptions, RuleOptimizer> adamW(GoldenVectors.Case golden) {
    AdamWConfig config =
        AdamWConfig.of(rates(golden))
            .withBetas(golden.hyper("beta1"), golden.hyper("beta2"))
            .withEpsilon(golden.hyper("eps"))
            .withWeightDecay(golden.hyper("weight_decay"));
    return (graph, options) -> new AdamW(graph, config, options);
  }
}
