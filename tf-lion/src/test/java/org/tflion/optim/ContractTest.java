package org.tflion.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Graph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tflion.schedule.Schedule;

/** One table of promises, kept by every optimizer. */
class ContractTest {

  private static final Schedule FADING = Schedule.linear(0.1, 0, 400);
  private static final Shape SHAPE = Shape.of(2, 3);

  /** Every optimizer, with a rate that suits a problem of size 1, and the slots it must have. */
  @SuppressWarnings("ImmutableEnumChecker") // a table, never changed
  enum Subject {
    LION(Set.of("momentum"), (g, o) -> new Lion(g, LionConfig.of(FADING), o)),
    LION_SMOOTH(
        Set.of("momentum"),
        (g, o) ->
            new Lion(
                g,
                LionConfig.of(FADING).withBetas(0.5, 0.9).withDirection(LionDirection.SMOOTH),
                o)),
    LION_REFINED(
        Set.of("momentum"),
        (g, o) ->
            new Lion(
                g,
                LionConfig.of(FADING).withBetas(0.5, 0.9).withDirection(LionDirection.REFINED),
                o)),
    LION_CAUTIOUS(
        Set.of("momentum"), (g, o) -> new Lion(g, LionConfig.of(FADING).withCautious(true), o)),
    LION_BFLOAT16(
        Set.of("momentum"),
        (g, o) -> new Lion(g, LionConfig.of(FADING).withMomentum(Storage.BFLOAT16), o)),
    SIGN_MOMENTUM(
        Set.of("momentum"), (g, o) -> new Lion(g, LionConfig.signMomentum(FADING, 0.9), o)),
    SIGNUM(Set.of("momentum"), (g, o) -> new Signum(g, SignumConfig.of(FADING), o)),
    SGD_MOMENTUM(
        Set.of("momentum"),
        (g, o) -> new SgdMomentum(g, SgdMomentumConfig.of(FADING.times(0.3)), o)),
    POWER_SIGN(Set.of("momentum"), (g, o) -> new PowerSign(g, PowerSignConfig.of(FADING), o)),
    ADD_SIGN(Set.of("momentum"), (g, o) -> new AddSign(g, AddSignConfig.of(FADING), o)),
    ADAM_W(
        Set.of("first_moment", "second_moment"), (g, o) -> new AdamW(g, AdamWConfig.of(FADING), o)),
    N_ADAM(
        Set.of("first_moment", "second_moment"), (g, o) -> new NAdam(g, NAdamConfig.of(FADING), o)),
    R_ADAM(
        Set.of("first_moment", "second_moment"), (g, o) -> new RAdam(g, RAdamConfig.of(FADING), o)),
    ADA_BELIEF(
        Set.of("first_moment", "second_moment"),
        (g, o) -> new AdaBelief(g, AdaBeliefConfig.of(FADING), o)),
    AMS_GRAD(
        Set.of("first_moment", "second_moment", "largest_moment"),
        (g, o) -> new AmsGrad(g, AmsGradConfig.of(FADING), o)),
    ADAFACTOR(
        Set.of("second_moment"), (g, o) -> new Adafactor(g, AdafactorConfig.optax(FADING), o)),
    ADAFACTOR_FACTORED(
        Set.of("row", "column", "momentum"),
        (g, o) ->
            new Adafactor(
                g, AdafactorConfig.optax(FADING).withSmallestFactored(2).withMomentum(0.9), o)),
    GROUPED(
        Set.of("momentum"),
        (g, o) ->
            new Grouped(
                g, List.of(GroupedRule.Group.of(".*", new LionRule(LionConfig.of(FADING)))), o));

    final Set<String> slots;
    final BiFunction<Graph, UpdateOptions, RuleOptimizer> make;

    Subject(Set<String> slots, BiFunction<Graph, UpdateOptions, RuleOptimizer> make) {
      this.slots = slots;
      this.make = make;
    }
  }

  static Stream<Arguments> subjectsAndKinds() {
    return Stream.of(Subject.values())
        .flatMap(s -> Stream.of(Kind.values()).map(kind -> Arguments.of(s, kind)));
  }

  @ParameterizedTest
  @MethodSource("subjectsAndKinds")
  void findsTheBottomOfABowl(Subject subject, Kind kind) {
    double[] target = {0.5, -0.3, 0.8, -1, 0.1, 0.9};
    double[] start = {1, 1, 1, 1, 1, 1};
    try (Trial<?> trial = trial(subject, new Trial.Setting(kind, TFloat32.class, true), start)) {
      double[] w = start;
      for (int update = 0; update < 400; update++) {
        double[] g = new double[6];
        for (int i = 0; i < 6; i++) {
          g[i] = w[i] - target[i];
        }
        trial.step(g);
        w = trial.value("w");
      }
      for (int i = 0; i < 6; i++) {
        assertThat(w[i]).isCloseTo(target[i], within(0.02));
      }
    }
  }

  /** f(x, y) = (1 - x)^2 + 100 (y - x^2)^2 from (-1, 1): down a bent valley. */
  @ParameterizedTest
  @EnumSource(Subject.class)
  void goesDownTheValleyOfRosenbrock(Subject subject) {
    double[] w = {-1, 1, 0, 0, 0, 0};
    UpdateOptions clipped = UpdateOptions.DEFAULT.withCompiled(false).withClipNorm(1);
    Trial.Setting setting = new Trial.Setting(Kind.RESOURCE, TFloat64.class, false);
    try (Trial<?> trial = new Trial<>(setting, SHAPE, w, clipped, subject.make)) {
      double before = rosenbrock(w);
      for (int update = 0; update < 400; update++) {
        double slope = w[1] - w[0] * w[0];
        trial.step(new double[] {-2 * (1 - w[0]) - 400 * w[0] * slope, 200 * slope, 0, 0, 0, 0});
        w = trial.value("w");
      }
      assertThat(rosenbrock(w)).isLessThan(0.75 * before);
    }
  }

  private static double rosenbrock(double[] w) {
    double slope = w[1] - w[0] * w[0];
    return (1 - w[0]) * (1 - w[0]) + 100 * slope * slope;
  }

  @ParameterizedTest
  @EnumSource(Subject.class)
  void doesTheSameOnEveryPath(Subject subject) {
    double[] start = numbers(new Random(7));
    List<double[]> results = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      for (boolean compiled : new boolean[] {false, true}) {
        Random random = new Random(8);
        Trial.Setting setting = new Trial.Setting(kind, TFloat64.class, compiled);
        try (Trial<?> trial = trial(subject, setting, start)) {
          for (int update = 0; update < 10; update++) {
            trial.step(numbers(random));
          }
          results.add(trial.value("w"));
        }
      }
    }
    for (double[] other : results) {
      for (int i = 0; i < other.length; i++) {
        // float64: XLA may sum and multiply in another order. A bfloat16 momentum may round to the
        // other side of a tie, which the sign of the direction hides.
        assertThat(other[i]).isCloseTo(results.get(0)[i], within(1e-13));
      }
    }
  }

  /** Names are what a checkpoint is found by: changing one is losing somebody's training. */
  @ParameterizedTest
  @EnumSource(Subject.class)
  void keepsStateUnderStableNamesInTheTypeOfTheWeight(Subject subject) {
    for (Kind kind : Kind.values()) {
      Trial.Setting setting = new Trial.Setting(kind, TFloat64.class, false);
      try (Trial<?> trial = trial(subject, setting, numbers(new Random(9)))) {
        Map<String, String> types = trial.variables();
        Set<String> expected = new TreeSet<>(Set.of("w", subjectName(trial) + "-updates"));
        subject.slots.forEach(slot -> expected.add("w-" + slot));
        assertThat(types.keySet()).isEqualTo(expected);
        String slotType = subject == Subject.LION_BFLOAT16 ? "DT_BFLOAT16" : "DT_DOUBLE";
        subject.slots.forEach(slot -> assertThat(types).containsEntry("w-" + slot, slotType));
      }
    }
  }

  private static String subjectName(Trial<?> trial) {
    return trial.optimizer.getOptimizerName();
  }

  private static Trial<?> trial(Subject subject, Trial.Setting setting, double[] start) {
    return new Trial<>(setting, SHAPE, start, UpdateOptions.DEFAULT, subject.make);
  }

  private static double[] numbers(Random random) {
    return random.doubles(SHAPE.size(), -1, 1).map(d -> (float) d).toArray();
  }
}
