package org.tflion.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Graph;

/** Every update of the reference cases, for both kinds of variables and types, with XLA or not. */
class GoldenTest {

  /** A reference case, the optimizer under test, and what each of its variables is called there. */
  record Subject(
      String name,
      Function<GoldenVectors.Case, BiFunction<Graph, UpdateOptions, RuleOptimizer>> optimizer,
      Map<String, String> slots) {

    /** The weight, and every slot of the reference. */
    Map<String, String> variables() {
      Map<String, String> all = new HashMap<>(slots);
      all.put("w", "params");
      return all;
    }

    /** How variables are read and written is not the rule's business: two rules are enough. */
    boolean bothKinds() {
      return name.startsWith("lion") || name.startsWith("adamw");
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Arguments> subjects() {
    Map<String, String> momentum = Map.of("w-momentum", "m");
    Map<String, String> moments = Map.of("w-first_moment", "m", "w-second_moment", "v");
    List<Subject> subjects =
        List.of(
            new Subject("lion_dense", Golden::lion, momentum),
            new Subject("lion_weight_decay_schedule", Golden::lion, momentum),
            new Subject("lion_lm_betas", Golden::lion, momentum),
            new Subject("signum", Golden::signum, momentum),
            new Subject("ablation_0.9", Golden::signum, momentum),
            new Subject("ablation_0.99", Golden::signum, momentum),
            new Subject("ablation_0.9", Golden::signMomentum, momentum),
            new Subject("ablation_0.99", Golden::signMomentum, momentum),
            new Subject("sgd_momentum", Golden::sgdMomentum, Map.of("w-momentum", "trace")),
            new Subject("powersign", Golden::powerSign, momentum),
            new Subject("addsign", Golden::addSign, momentum),
            new Subject("adamw", Golden::adamW, moments),
            new Subject("adamw_lm", Golden::adamW, moments),
            new Subject("nadam", Golden::nAdam, moments),
            new Subject("radam", Golden::rAdam, moments),
            new Subject("adabelief", Golden::adaBelief, moments),
            new Subject("amsgrad", Golden::amsGrad, moments));
    return Stream.concat(subjects.stream(), adafactors())
        .flatMap(
            subject ->
                Trial.Setting.all().stream()
                    .filter(setting -> subject.bothKinds() || setting.kind() == Kind.RESOURCE)
                    .map(setting -> Arguments.of(subject, setting)));
  }

  private static Stream<Subject> adafactors() {
    Map<String, String> factored = Map.of("w-row", "v_row", "w-column", "v_col");
    Map<String, String> averaged = Map.of("w-row", "v_row", "w-column", "v_col", "w-momentum", "m");
    Map<String, String> full = Map.of("w-second_moment", "v");
    return Stream.of(
        new Subject("adafactor_default_unfactored", Golden::adafactor, full),
        new Subject("adafactor_factored_3x4", Golden::adafactor, factored),
        new Subject("adafactor_factored_4x3", Golden::adafactor, factored),
        new Subject("adafactor_momentum_wd", Golden::adafactor, averaged),
        new Subject("adafactor_vector", Golden::adafactor, full),
        new Subject("adafactor_3d", Golden::adafactor, factored),
        new Subject("adafactor_noscale_noclip", Golden::adafactor, factored),
        new Subject("adafactor_relative_step", Golden::adafactor, factored),
        new Subject("adafactor_small_params", Golden::adafactor, factored),
        new Subject("adafactor_bert4keras_momentum", Golden::adafactor, averaged));
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
}
