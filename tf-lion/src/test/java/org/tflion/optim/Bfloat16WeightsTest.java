package org.tflion.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TNumber;

/** Weights in bfloat16, by a float32 master and by stochastic rounding. */
class Bfloat16WeightsTest {

  private static final Bfloat16Weights CHANCE = Bfloat16Weights.stochastic(7);
  private static final LionConfig LION = LionConfig.of(1e-3).withWeightDecay(0.1);

  static Stream<Trial.Setting> settings() {
    return settings(TBfloat16.class);
  }

  private static Stream<Trial.Setting> settings(Class<? extends TNumber> type) {
    return Stream.of(Kind.values())
        .flatMap(k -> Stream.of(false, true).map(xla -> new Trial.Setting(k, type, xla)));
  }

  static Stream<Arguments> both() {
    return both(settings());
  }

  /** Long runs, on the two paths that have the least in common. */
  static Stream<Arguments> apart() {
    return both(settings().filter(s -> s.compiled() == (s.kind() == Kind.RESOURCE)));
  }

  private static Stream<Arguments> both(Stream<Trial.Setting> settings) {
    return settings.flatMap(
        s -> Stream.of(Bfloat16Weights.MASTER, CHANCE).map(how -> Arguments.of(s, how)));
  }

  private static Trial<?> trial(
      Trial.Setting setting, Shape shape, double[] start, UpdateOptions options) {
    return new Trial<>(
        setting, shape, start, options, (graph, shared) -> new Lion(graph, LION, shared));
  }

  private static UpdateOptions options(Bfloat16Weights how) {
    return UpdateOptions.DEFAULT.withBfloat16(how);
  }

  private static double[] numbers(Random random, int size) {
    double[] numbers = new double[size];
    Arrays.setAll(numbers, i -> nearest(random.nextGaussian()));
    return numbers;
  }

  /** To nearest, ties to even: 8 bits after the leading one are what float keeps of 24. */
  private static double nearest(double value) {
    double step = Math.ulp((float) value) * 65536.0;
    return Math.rint(value / step) * step;
  }

  @ParameterizedTest
  @MethodSource("settings")
  void aMasterIsTheFloat32WeightBitForBitAndTheVariableIsItRounded(Trial.Setting setting) {
    Shape shape = Shape.of(10, 30);
    double[] start = numbers(new Random(1), 300);
    Trial.Setting single = new Trial.Setting(setting.kind(), TFloat32.class, setting.compiled());
    try (Trial<?> half = trial(setting, shape, start, options(Bfloat16Weights.MASTER));
        Trial<?> full = trial(single, shape, start, UpdateOptions.DEFAULT)) {
      Random random = new Random(2);
      for (int update = 0; update < 20; update++) {
        double[] g = numbers(random, 300);
        half.step(g);
        full.step(g);
        double[] expected = full.value("w");
        assertThat(half.value("w-master")).containsExactly(expected);
        assertThat(half.any("w"))
            .containsExactly(Arrays.stream(expected).map(Bfloat16WeightsTest::nearest).toArray());
      }
      assertThat(half.variables())
          .containsEntry("w", "DT_BFLOAT16")
          .containsEntry("w-master", "DT_FLOAT")
          .containsEntry("w-momentum", "DT_FLOAT");
    }
  }

  /** The variable is then the even one of the two, above an odd one and at an even one. */
  @ParameterizedTest
  @MethodSource("settings")
  void aMasterHalfwayBetweenTwoBfloat16IsKept(Trial.Setting setting) {
    LionConfig config = LionConfig.of(1.0 / 256);
    double[] start = {1, 1 + 1.0 / 128};
    try (Trial<?> trial =
        new Trial<>(
            setting,
            Shape.of(2),
            start,
            options(Bfloat16Weights.MASTER),
            (graph, shared) -> new Lion(graph, config, shared))) {
      trial.step(new double[] {-1, -1});
      assertThat(trial.any("w")).containsExactly(1, 1 + 2.0 / 128);
      trial.step(new double[] {-1, -1});
      assertThat(trial.value("w-master")).containsExactly(1 + 1.0 / 128, 1 + 2.0 / 128);
    }
  }

  /** One update rounds to a neighbour, in proportion to the distance from the other. */
  @ParameterizedTest
  @MethodSource("settings")
  void chanceRoundsToANeighbourAndIsRightOnAverage(Trial.Setting setting) {
    int size = 20_000;
    double[] start = new double[size];
    Arrays.fill(start, 1);
    LionConfig config = LionConfig.of(0.3 / 128);
    try (Trial<?> trial =
        new Trial<>(
            setting,
            Shape.of(size),
            start,
            options(CHANCE),
            (graph, shared) -> new Lion(graph, config, shared))) {
      double[] down = new double[size];
      Arrays.fill(down, -1);
      Arrays.fill(down, 0, 100, 0);
      trial.step(down);
      double[] w = trial.any("w");
      // Neighbours of 1 + 0.3 / 128 are 1 and 1 + 1 / 128; what did not move stays exact.
      assertThat(w).containsOnly(1, 1 + 1.0 / 128);
      assertThat(Arrays.copyOf(w, 100)).containsOnly(1);
      double up = Arrays.stream(w).filter(x -> x > 1).count() / (size - 100.0);
      // Five standard deviations of a share of 19,900 throws.
      assertThat(up).isCloseTo(0.3, within(5 * Math.sqrt(0.3 * 0.7 / (size - 100))));
    }
  }

  /** bf16(1 - 1e-4) = 1: without help, none of these updates would change anything. */
  @ParameterizedTest
  @MethodSource("apart")
  void aDecayFarBelowThePrecisionAddsUp(Trial.Setting setting, Bfloat16Weights how) {
    int size = 4096;
    double[] start = new double[size];
    Arrays.fill(start, 1);
    LionConfig config = LionConfig.of(1).withWeightDecay(1e-4);
    try (Trial<?> trial =
        new Trial<>(
            setting,
            Shape.of(64, 64),
            start,
            options(how),
            (graph, shared) -> new Lion(graph, config, shared))) {
      double[] none = new double[size];
      for (int update = 0; update < 1000; update++) {
        trial.step(none);
      }
      double mean = Arrays.stream(trial.any("w")).average().orElseThrow();
      // Rounding once: 1 / 512. By chance, 1000 times 1e-4 of 1 / 256: 0.02 a weight, five
      // standard deviations of a mean over 4096 of them.
      double tolerance = how.master() ? 1.0 / 512 : 5 * Math.sqrt(0.1 / 256 / size);
      assertThat(mean).isCloseTo(Math.pow(1 - 1e-4, 1000), within(tolerance));
    }
  }

  @Test
  void chanceIsTheSameOnEveryPathAndForASeed() {
    double[] start = numbers(new Random(3), 300);
    double[] first = null;
    for (Trial.Setting setting : settings().toList()) {
      double[] w = afterThree(setting, start, CHANCE);
      first = first == null ? w : first;
      assertThat(w).as("%s", setting).containsExactly(first);
    }
    Trial.Setting any = settings().findFirst().orElseThrow();
    assertThat(afterThree(any, start, Bfloat16Weights.stochastic(8))).isNotEqualTo(first);
  }

  private static double[] afterThree(Trial.Setting setting, double[] start, Bfloat16Weights how) {
    try (Trial<?> trial = trial(setting, Shape.of(10, 30), start, options(how))) {
      Random random = new Random(4);
      for (int update = 0; update < 3; update++) {
        trial.step(numbers(random, 300));
      }
      return trial.any("w");
    }
  }

  @ParameterizedTest
  @MethodSource("both")
  void aRefusedGradientAndARestartLeaveNoTrace(
      Trial.Setting setting, Bfloat16Weights how, @TempDir Path folder) {
    double[] start = numbers(new Random(5), 300);
    UpdateOptions guarded = options(how).withGuarded(true);
    try (Trial<?> straight = trial(setting, Shape.of(10, 30), start, guarded);
        Trial<?> troubled = trial(setting, Shape.of(10, 30), start, guarded)) {
      Random random = new Random(6);
      for (int update = 0; update < 4; update++) {
        double[] g = numbers(random, 300);
        double[] broken = g.clone();
        broken[17] = Double.NaN;
        troubled.step(broken);
        straight.step(g);
        troubled.step(g);
        if (update == 1 && setting.kind() == Kind.REF) {
          troubled.restart(folder.resolve("saved").toString());
        }
        assertThat(troubled.any("w")).containsExactly(straight.any("w"));
        assertThat(troubled.value("w-momentum")).containsExactly(straight.value("w-momentum"));
      }
      assertThat(troubled.count("Lion-skipped")).isEqualTo(4);
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void aLoadedWeightCountsMoreThanItsMaster(Trial.Setting setting) {
    try (Trial<?> trial =
        trial(setting, Shape.of(2), new double[] {1, 2}, options(Bfloat16Weights.MASTER))) {
      trial.step(new double[] {1, 1});
      double kept = trial.value("w-master")[1];
      trial.load(new double[] {5, nearest(kept)});
      trial.step(new double[] {1, 1});
      assertThat(trial.value("w-master"))
          .containsExactly(new double[] {(float) (5 - 1e-3), (float) (kept - 1e-3)}, within(1e-6));
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void swapsAveragesWithMastersExactly(Trial.Setting setting) {
    double[] start = numbers(new Random(7), 30);
    UpdateOptions averaged = options(Bfloat16Weights.MASTER).withAverage(0.9);
    try (Trial<?> trial = trial(setting, Shape.of(5, 6), start, averaged)) {
      trial.step(numbers(new Random(8), 30));
      double[] w = trial.value("w-master");
      double[] average = trial.value("w-average");
      Op swap = trial.optimizer.swapAverages();
      trial.session.runner().addTarget(swap).run().close();
      assertThat(trial.any("w"))
          .containsExactly(Arrays.stream(average).map(Bfloat16WeightsTest::nearest).toArray());
      trial.session.runner().addTarget(swap).run().close();
      assertThat(trial.value("w-master")).containsExactly(w);
      assertThat(trial.value("w-average")).containsExactly(average);
    }
  }

  @ParameterizedTest
  @MethodSource("both")
  void minimizesALossOverBfloat16Variables(Trial.Setting setting, Bfloat16Weights how) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Ops init = tf.withInitScope();
      var start = init.dtypes.cast(init.constant(new float[] {1, -2, 3}), TBfloat16.class);
      Output<?> w = setting.kind().make(tf, "w", start);
      var target = tf.dtypes.cast(tf.constant(new float[] {2, 2, 2}), TBfloat16.class);
      var away = tf.math.sub(Weight.bfloat16(w).read(tf), target); // [3]
      Operand<TFloat32> loss =
          tf.reduceSum(
              tf.dtypes.cast(tf.math.mul(away, away), TFloat32.class), tf.constant(0)); // []
      UpdateOptions options = options(how).withCompiled(setting.compiled());
      Op train = new Lion(graph, LionConfig.of(0.002), options).minimize(loss);
      try (Session session = new Session(graph)) {
        session.initialize();
        for (int update = 0; update < 3; update++) {
          session.runner().addTarget(train).run().close();
        }
        double[] momentum = Trial.floats(graph, session, "w-momentum");
        assertThat(momentum[0]).isNegative();
        assertThat(momentum[1]).isNegative();
        assertThat(momentum[2]).isPositive();
      }
    }
  }
}
