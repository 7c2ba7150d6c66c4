package org.tflion.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.types.TFloat64;
import org.tflion.schedule.Schedule;

/** What all optimizers share besides their rules: guard, accumulation, averages, groups. */
class PlumbingTest {

  private static final Shape SHAPE = Shape.of(2, 3);
  private static final int SIZE = 6;
  private static final double[] START = {0.5, -1, 0.25, 2, -0.5, 1};
  private static final Schedule RATE = Schedule.linear(0.1, 0.01, 20);

  private static RuleOptimizer adamW(Graph graph, UpdateOptions options) {
    return new AdamW(graph, AdamWConfig.of(RATE).withWeightDecay(0.1), options);
  }

  private static RuleOptimizer lion(Graph graph, UpdateOptions options) {
    return new Lion(graph, LionConfig.of(RATE).withWeightDecay(0.1), options);
  }

  static Stream<Trial.Setting> settings() {
    return Trial.Setting.all().stream().filter(Trial.Setting::isDouble);
  }

  /** From the very first update on, and with the next clean one as if nothing had been. */
  @ParameterizedTest
  @MethodSource("settings")
  void aGuardLeavesEverythingAsItIsAndGoesOn(Trial.Setting setting) {
    UpdateOptions guarded =
        UpdateOptions.DEFAULT.withGuarded(true).withAverage(0.9).withClipNorm(1);
    List<String> state = List.of("w", "w-first_moment", "w-second_moment", "w-average");
    Random dirty = new Random(1);
    Random clean = new Random(1);
    try (Trial<?> trial = new Trial<>(setting, SHAPE, START, guarded, PlumbingTest::adamW);
        Trial<?> calm =
            new Trial<>(setting, SHAPE, START, guarded.withGuarded(false), PlumbingTest::adamW)) {
      int skipped = 0;
      for (double poison : new double[] {Double.NaN, 1 / 0.0, 0, -1 / 0.0, 0, Double.NaN, 0}) {
        if (poison == 0) {
          trial.step(numbers(dirty));
          calm.step(numbers(clean));
        } else {
          double[] bad = new double[SIZE];
          bad[4] = poison;
          trial.step(bad);
          skipped++;
        }
        for (String name : state) {
          assertThat(trial.value(name)).as(name).containsExactly(calm.value(name));
        }
        assertThat(trial.count("AdamW-updates")).isEqualTo(calm.count("AdamW-updates"));
        assertThat(trial.count("AdamW-skipped")).isEqualTo(skipped);
      }
    }
  }

  @Test
  void aGuardWatchesTheLossToo() {
    try (Graph graph = new Graph()) {
      TwoLayers model = new TwoLayers(graph, Kind.RESOURCE);
      // The gradient of log is finite at -1, the loss is not.
      var loss =
          model.tf.math.add(
              model.loss, model.tf.stopGradient(model.tf.math.log(model.tf.constant(-1f))));
      Op train =
          new Lion(graph, LionConfig.of(0.1), UpdateOptions.DEFAULT.withGuarded(true))
              .minimize(loss);
      try (Session session = new Session(graph)) {
        session.initialize();
        session.runner().addTarget(train).run().close();
        assertThat(Trial.count(graph, session, "Lion-updates")).isZero();
        assertThat(Trial.count(graph, session, "Lion-skipped")).isEqualTo(1);
      }
    }
  }

  /** Decay, clipping, averages and schedules once for each whole update. */
  @ParameterizedTest
  @MethodSource("settings")
  void accumulatesToTheSameAsOneLargeBatch(Trial.Setting setting) {
    UpdateOptions one = UpdateOptions.DEFAULT.withAverage(0.9).withClipNorm(1);
    List<String> state = List.of("w", "w-first_moment", "w-second_moment", "w-average");
    Random random = new Random(2);
    try (Trial<?> small =
            new Trial<>(setting, SHAPE, START, one.withAccumulated(4), PlumbingTest::adamW);
        Trial<?> large = new Trial<>(setting, SHAPE, START, one, PlumbingTest::adamW)) {
      for (int update = 0; update < 5; update++) {
        double[] mean = new double[SIZE];
        for (int part = 0; part < 4; part++) {
          double[] g = numbers(random);
          for (int i = 0; i < SIZE; i++) {
            mean[i] += g[i] / 4;
          }
          double[] before = small.value("w");
          small.step(g);
          if (part < 3) {
            assertThat(small.value("w")).containsExactly(before);
          }
        }
        large.step(mean);
        for (String name : state) {
          // Quarters are exact and sums of four in the same order.
          assertThat(small.value(name)).as(name).containsExactly(large.value(name), within(1e-15));
        }
        assertThat(small.count("AdamW-updates")).isEqualTo(update + 1);
      }
    }
  }

  @Test
  void accumulationLeavesOutWhatAGuardRefuses() {
    Trial.Setting setting = new Trial.Setting(Kind.RESOURCE, TFloat64.class, true);
    UpdateOptions both = UpdateOptions.DEFAULT.withGuarded(true).withAccumulated(2);
    double[] bad = new double[SIZE];
    bad[0] = Double.NaN;
    double[] good = {1, -1, 1, -1, 1, -1};
    try (Trial<?> trial = new Trial<>(setting, SHAPE, START, both, PlumbingTest::lion);
        Trial<?> calm =
            new Trial<>(setting, SHAPE, START, both.withGuarded(false), PlumbingTest::lion)) {
      for (double[] g : List.of(bad, good, bad, bad, good)) {
        trial.step(g);
      }
      calm.step(good);
      calm.step(good);
      assertThat(trial.value("w")).containsExactly(calm.value("w"));
      assertThat(trial.value("w-momentum")).containsExactly(calm.value("w-momentum"));
      assertThat(trial.count("Lion-skipped")).isEqualTo(3);
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void averagesBeginAtTheInitialWeightsAndSwap(Trial.Setting setting) {
    double[] average = START.clone();
    Random random = new Random(3);
    try (Trial<?> trial =
        new Trial<>(
            setting, SHAPE, START, UpdateOptions.DEFAULT.withAverage(0.75), PlumbingTest::lion)) {
      Op swap = trial.optimizer.swapAverages();
      for (int update = 0; update < 4; update++) {
        trial.step(numbers(random));
        double[] w = trial.value("w");
        for (int i = 0; i < SIZE; i++) {
          average[i] = 0.75 * average[i] + 0.25 * w[i];
        }
      }
      assertThat(trial.value("w-average")).containsExactly(average, within(1e-15));
      double[] weight = trial.value("w");
      double[] averaged = trial.value("w-average");
      trial.session.runner().addTarget(swap).run().close();
      assertThat(trial.value("w")).containsExactly(averaged);
      assertThat(trial.value("w-average")).containsExactly(weight);
      trial.session.runner().addTarget(swap).run().close();
      assertThat(trial.value("w")).containsExactly(weight);
    }
  }

  @Test
  void refusesToSwapAveragesThatAreNotKept() {
    Trial.Setting setting = new Trial.Setting(Kind.REF, TFloat64.class, false);
    try (Trial<?> trial =
        new Trial<>(setting, SHAPE, START, UpdateOptions.DEFAULT, PlumbingTest::lion)) {
      assertThatIllegalStateException()
          .isThrownBy(trial.optimizer::swapAverages)
          .withMessageContaining("'average' must exist");
    }
  }

  /** Lion on matrices, AdamW on the bias, the second layer frozen. */
  @ParameterizedTest
  @MethodSource("settings")
  void givesGroupsTheirOwnRules(Trial.Setting setting) {
    try (Graph graph = new Graph()) {
      TwoLayers model = new TwoLayers(graph, setting.kind());
      List<GroupedRule.Group> groups =
          List.of(
              GroupedRule.Group.frozen("^second$"),
              GroupedRule.Group.of("bias", new AdamWRule(AdamWConfig.of(0.02))),
              GroupedRule.Group.of(".*", new LionRule(LionConfig.of(0.01))));
      Op train =
          new Grouped(graph, groups, UpdateOptions.DEFAULT.withCompiled(setting.compiled()))
              .minimize(model.loss);
      assertThat(graph.operation("first-momentum")).isNotNull();
      assertThat(graph.operation("bias-second_moment")).isNotNull();
      assertThat(graph.operation("bias-momentum")).isNull();
      assertThat(graph.operation("second-momentum")).isNull();
      try (Session session = new Session(graph)) {
        session.initialize();
        double[] before = Trial.floats(graph, session, "first");
        double[] frozen = Trial.floats(graph, session, "second");
        double[] bias = Trial.floats(graph, session, "bias");
        session.runner().addTarget(train).run().close();
        assertThat(Trial.floats(graph, session, "second")).containsExactly(frozen);
        // The first update of both moves every weight by the rate; 1e-5: of AdamW, nearly.
        assertThat(distances(before, Trial.floats(graph, session, "first")))
            .allMatch(d -> Math.abs(d - 0.01) < 1e-6);
        assertThat(distances(bias, Trial.floats(graph, session, "bias")))
            .allMatch(d -> Math.abs(d - 0.02) < 1e-5);
      }
    }
  }

  private static List<Double> distances(double[] from, double[] to) {
    List<Double> distances = new ArrayList<>();
    for (int i = 0; i < from.length; i++) {
      distances.add(Math.abs(to[i] - from[i]));
    }
    return distances;
  }

  @Test
  void refusesAPatternThatMatchesNothingAndAWeightWithoutAGroup() {
    Rule lion = new LionRule(LionConfig.of(0.1));
    for (List<GroupedRule.Group> wrong :
        List.of(
            List.of(GroupedRule.Group.of(".*", lion), GroupedRule.Group.of("bias", lion)),
            List.of(GroupedRule.Group.of("attention", lion), GroupedRule.Group.of(".*", lion)),
            List.of(GroupedRule.Group.of("bias", lion)))) {
      try (Graph graph = new Graph()) {
        TwoLayers model = new TwoLayers(graph, Kind.REF);
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new Grouped(graph, wrong, UpdateOptions.DEFAULT).minimize(model.loss))
            .withMessageMatching("Groups: (pattern|weight) '.*");
      }
    }
  }

  /** TensorFlow feeds any tensor, so a rate is set by hand without touching the graph. */
  @ParameterizedTest
  @MethodSource("settings")
  void takesARateThatIsFed(Trial.Setting setting) {
    try (Graph graph = new Graph()) {
      TwoLayers model = new TwoLayers(graph, setting.kind());
      Lion lion =
          new Lion(
              graph, LionConfig.of(0.01), UpdateOptions.DEFAULT.withCompiled(setting.compiled()));
      Op train = lion.minimize(model.loss);
      try (Session session = new Session(graph);
          TFloat64 rate = TFloat64.scalarOf(0.25)) {
        session.initialize();
        double[] before = Trial.floats(graph, session, "first");
        session.runner().feed(lion.learningRate(), rate).addTarget(train).run().close();
        assertThat(distances(before, Trial.floats(graph, session, "first")))
            .allMatch(d -> Math.abs(d - 0.25) < 1e-6);
      }
    }
  }

  /** With beta2 = 0 the momentum is the last gradient, so the next step can be done by hand. */
  @ParameterizedTest
  @MethodSource("settings")
  void measuresTheNextUpdateWithoutMakingIt(Trial.Setting setting) {
    LionConfig config = LionConfig.of(0.5).withBetas(0.9, 0);
    try (Trial<?> trial =
        new Trial<>(
            setting,
            Shape.of(3),
            new double[] {3, 4, 0},
            UpdateOptions.DEFAULT,
            (graph, options) -> new Lion(graph, config, options))) {
      UpdateMetrics metrics = trial.optimizer.metrics();
      trial.step(new double[] {0, 10, 0}); // w = (3, 3.5, 0), m = (0, 10, 0)
      double[] g = {1, -1, 0};
      assertThat(trial.fetch(metrics.gradientNorm(), g)).isCloseTo(Math.sqrt(2), within(1e-15));
      assertThat(trial.fetch(metrics.weightNorm(), g)).isCloseTo(Math.sqrt(21.25), within(1e-14));
      assertThat(trial.fetch(metrics.slotNorm(), g)).isCloseTo(Math.sqrt(2), within(1e-15));
      assertThat(trial.fetch(metrics.updateNorm(), g)).isCloseTo(Math.sqrt(0.5), within(1e-15));
      assertThat(trial.fetch(metrics.zeroShare(), g)).isCloseTo(1 / 3.0, within(1e-15));
      // The second weight follows its momentum down, though its gradient is negative.
      assertThat(trial.fetch(metrics.flippedShare(), g)).isCloseTo(1 / 3.0, within(1e-15));
      assertThat(trial.value("w")).containsExactly(3, 3.5, 0);
      assertThat(trial.count("Lion-updates")).isEqualTo(1);
    }
  }

  private static double[] numbers(Random random) {
    double[] numbers = random.doubles(SIZE, -1, 1).toArray();
    return Arrays.copyOf(numbers, SIZE);
  }
}
