package org.tflion.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.ndarray.Shape;
import org.tflion.schedule.Schedule;

/**
 * Updates against the equations of the class comments, written out again in doubles.
 *
 * <p>Gradients change sign and size from update to update: under a constant one, {@code sign} hides
 * swapped betas and a momentum that is updated first.
 */
class OracleTest {

  private static final int UPDATES = 20;
  private static final int SIZE = 12;
  private static final double RATE = 0.01;
  private static final double DECAY = 0.5;

  static Stream<Trial.Setting> settings() {
    return Trial.Setting.all().stream();
  }

  @ParameterizedTest
  @MethodSource("settings")
  void lionFollowsItsEquations(Trial.Setting setting) {
    LionConfig config = LionConfig.of(RATE).withBetas(0.9, 0.6).withWeightDecay(DECAY);
    double[] w = numbers(new Random(1), 1);
    double[] m = new double[SIZE];
    Random random = new Random(2);
    try (Trial<?> trial = trial(setting, w, Shape.of(3, 4), config)) {
      for (int update = 0; update < UPDATES; update++) {
        double[] g = numbers(random, Math.pow(10, update % 3 - 1));
        for (int i = 0; i < SIZE; i++) {
          w[i] -= RATE * (Math.signum(0.9 * m[i] + (1 - 0.9) * g[i]) + DECAY * w[i]);
          m[i] = 0.6 * m[i] + (1 - 0.6) * g[i];
        }
        trial.step(g);
      }
      compare(setting, trial.value("w"), w);
      compare(setting, trial.value("w-momentum"), m);
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void vectorsDoNotDecayByDefault(Trial.Setting setting) {
    LionConfig config = LionConfig.of(RATE).withWeightDecay(DECAY);
    double[] start = numbers(new Random(3), 1);
    try (Trial<?> trial = trial(setting, start, Shape.of(SIZE), config)) {
      trial.step(new double[SIZE]);
      compare(setting, trial.value("w"), start);
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void everythingDecaysUnderAMaskThatSaysSo(Trial.Setting setting) {
    LionConfig config = LionConfig.of(RATE).withWeightDecay(DECAY);
    double[] w = numbers(new Random(4), 1);
    UpdateOptions all = UpdateOptions.DEFAULT.withDecayMask(DecayMask.ALL);
    try (Trial<?> trial =
        new Trial<>(
            setting,
            Shape.of(SIZE),
            w,
            all,
            (graph, options) -> new Lion(graph, config, options))) {
      trial.step(new double[SIZE]);
      for (int i = 0; i < SIZE; i++) {
        w[i] *= 1 - RATE * DECAY;
      }
      compare(setting, trial.value("w"), w);
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void adamWFollowsItsEquations(Trial.Setting setting) {
    Schedule rate = Schedule.linear(0.01, 0.02, UPDATES);
    AdamWConfig config =
        AdamWConfig.of(rate).withBetas(0.8, 0.9).withEpsilon(1e-3).withWeightDecay(DECAY);
    double[] w = numbers(new Random(5), 1);
    double[] m = new double[SIZE];
    double[] v = new double[SIZE];
    Random random = new Random(6);
    try (Trial<?> trial =
        new Trial<>(
            setting,
            Shape.of(4, 3),
            w,
            UpdateOptions.DEFAULT,
            (graph, options) -> new AdamW(graph, config, options))) {
      for (int t = 1; t <= UPDATES; t++) {
        double[] g = numbers(random, Math.pow(10, t % 3 - 1));
        for (int i = 0; i < SIZE; i++) {
          m[i] = 0.8 * m[i] + (1 - 0.8) * g[i];
          v[i] = 0.9 * v[i] + (1 - 0.9) * g[i] * g[i];
          double root = Math.sqrt(v[i] / (1 - Math.pow(0.9, t)));
          double u = m[i] / (1 - Math.pow(0.8, t)) / (root + 1e-3);
          w[i] -= (0.01 + 0.01 * t / UPDATES) * (u + DECAY * w[i]);
        }
        trial.step(g);
      }
      compare(setting, trial.value("w"), w);
      compare(setting, trial.value("w-first_moment"), m);
      compare(setting, trial.value("w-second_moment"), v);
    }
  }

  private static Trial<?> trial(
      Trial.Setting setting, double[] start, Shape shape, LionConfig config) {
    return new Trial<>(
        setting,
        shape,
        start,
        UpdateOptions.DEFAULT,
        (graph, options) -> new Lion(graph, config, options));
  }

  private static double[] numbers(Random random, double scale) {
    double[] numbers = new double[SIZE];
    for (int i = 0; i < SIZE; i++) {
      // Rounded to float, so that both types start from the same numbers.
      numbers[i] = (float) (scale * random.nextGaussian());
    }
    return numbers;
  }

  private static void compare(Trial.Setting setting, double[] actual, double[] expected) {
    // float64: 20 updates of a few roundings of 1e-16. float32: of 6e-8, on values up to 30.
    double tolerance = setting.isDouble() ? 1e-13 : 2e-6;
    for (int i = 0; i < SIZE; i++) {
      assertThat(actual[i])
          .isCloseTo(expected[i], within(tolerance * Math.max(1, Math.abs(expected[i]))));
    }
  }
}
