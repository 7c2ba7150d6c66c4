package org.tflion.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat64;
import org.tflion.schedule.Schedule;

/** Lion's variants against their formulas in doubles, and its settings from AdamW's. */
class LionOptionsTest {

  private static final Schedule RATE = Schedule.linear(0.1, 0.02, 10);

  static Stream<Arguments> directions() {
    DoubleUnaryOperator refined = c -> Math.abs(c) < 1 ? c : Math.signum(c);
    DoubleUnaryOperator smooth = Math::tanh;
    DoubleUnaryOperator sign = Math::signum;
    return Stream.of(true, false)
        .flatMap(
            cautious ->
                Stream.of(
                    Arguments.of(LionDirection.SIGN, sign, cautious),
                    Arguments.of(LionDirection.SMOOTH, smooth, cautious),
                    Arguments.of(LionDirection.REFINED, refined, cautious)));
  }

  @ParameterizedTest
  @MethodSource("directions")
  void followsTheFormulaOfItsDirection(
      LionDirection direction, DoubleUnaryOperator formula, boolean cautious) {
    LionConfig config =
        LionConfig.of(RATE)
            .withBetas(0.8, 0.6)
            .withWeightDecay(0.3)
            .withDirection(direction)
            .withCautious(cautious);
    double[] w = {1, -1, 0.5, 2, -2, 0.25};
    double[] m = new double[6];
    Random random = new Random(1);
    Trial.Setting setting = new Trial.Setting(Kind.RESOURCE, TFloat64.class, true);
    try (Trial<?> trial =
        new Trial<>(
            setting,
            Shape.of(2, 3),
            w.clone(),
            UpdateOptions.DEFAULT,
            (graph, options) -> new Lion(graph, config, options))) {
      for (int t = 1; t <= 10; t++) {
        double[] g = random.doubles(6, -3, 3).toArray();
        trial.step(g);
        double[] u = new double[6];
        double agree = 0;
        for (int i = 0; i < 6; i++) {
          u[i] = formula.applyAsDouble(0.8 * m[i] + (1 - 0.8) * g[i]);
          agree += u[i] * g[i] > 0 ? 1 : 0;
          m[i] = 0.6 * m[i] + (1 - 0.6) * g[i];
        }
        for (int i = 0; i < 6; i++) {
          double step = !cautious ? u[i] : u[i] * g[i] > 0 ? u[i] / (agree / 6) : 0;
          w[i] -= RATE.at(t) * (step + 0.3 * w[i]);
        }
        // Ten updates of a few roundings of 1e-16.
        assertThat(trial.value("w")).containsExactly(w, within(1e-14));
      }
    }
  }

  /** Of 2,000 weights one agrees, which alone would go 2,000 times as far. */
  @Test
  void cautiousStepsGrowAThousandfoldAtMost() {
    LionConfig config = LionConfig.of(1e-3).withBetas(0.8, 0.6).withCautious(true);
    Trial.Setting setting = new Trial.Setting(Kind.RESOURCE, TFloat64.class, false);
    try (Trial<?> trial =
        new Trial<>(
            setting,
            Shape.of(2000),
            new double[2000],
            UpdateOptions.DEFAULT,
            (graph, options) -> new Lion(graph, config, options))) {
      double[] g = new double[2000];
      Arrays.fill(g, 1);
      trial.step(g);
      Arrays.fill(g, -0.01); // the momentum of 0.4 outweighs it
      g[7] = 1;
      trial.step(g);
      double[] w = trial.value("w");
      assertThat(w[6]).isEqualTo(-1e-3);
      assertThat(w[7]).isCloseTo(-1e-3 - 1, within(1e-12));
    }
  }

  /** Decay alone: the gradient is zero. */
  @ParameterizedTest
  @MethodSource("meanings")
  void decaysAsItsMeaningSays(DecayMeaning meaning, DoubleUnaryOperator share) {
    LionConfig config = LionConfig.of(RATE).withWeightDecay(Schedule.constant(0.5), meaning);
    Trial.Setting setting = new Trial.Setting(Kind.RESOURCE, TFloat64.class, false);
    try (Trial<?> trial =
        new Trial<>(
            setting,
            Shape.of(1, 1),
            new double[] {1},
            UpdateOptions.DEFAULT,
            (graph, options) -> new Lion(graph, config, options))) {
      double w = 1;
      for (int t = 1; t <= 10; t++) {
        trial.step(new double[1]);
        w *= 1 - share.applyAsDouble(RATE.at(t));
        assertThat(trial.value("w")[0]).isCloseTo(w, within(1e-15));
      }
    }
  }

  static Stream<Arguments> meanings() {
    DoubleUnaryOperator timesRate = rate -> rate * 0.5;
    DoubleUnaryOperator relative = rate -> 0.5 * rate / 0.1;
    DoubleUnaryOperator squared = rate -> 0.5 * rate * rate / 0.1;
    return Stream.of(
        Arguments.of(DecayMeaning.TIMES_RATE, timesRate),
        Arguments.of(DecayMeaning.RELATIVE_TO_PEAK, relative),
        Arguments.of(DecayMeaning.SQUARED_RATE, squared));
  }

  @Test
  void convertsAdamWsWholeScheduleAndKeepsTheProductWithDecay() {
    AdamWConfig adamW =
        AdamWConfig.of(Schedule.cosine(1e-3, 1e-4, 100).withWarmup(10)).withWeightDecay(0.1);
    LionConfig lion = LionConfig.fromAdamW(adamW, 5);
    for (long t : new long[] {1, 10, 60, 110, 200}) {
      double rate = adamW.learningRate().at(t);
      assertThat(lion.learningRate().at(t)).isCloseTo(rate / 5, within(1e-18));
      assertThat(lion.learningRate().at(t) * lion.weightDecay().at(t))
          .isCloseTo(rate * 0.1, within(1e-18));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LionConfig.fromAdamW(adamW, 0.5))
        .withMessageContaining("ratio to AdamW must be 1 or more (got 0.5)");
  }

  @Test
  void takesRateAndDecayFromTheSizeOfTheWeightsAsTheReferenceDoes() {
    GoldenVectors.Case golden = GoldenVectors.named("amos_kexue_lion");
    for (int step = 0; step < golden.steps(); step++) {
      LionConfig lion =
          LionConfig.amos(
              golden.hyper("alpha0"),
              golden.step(step).get("sigma").asDouble(),
              golden.hyper("kappa"));
      long t = golden.step(step).get("t").asLong();
      // 1e-12: the bound on all reference cases.
      assertThat(lion.learningRate().at(t))
          .isCloseTo(golden.step(step).get("lr").asDouble(), within(1e-12));
      assertThat(lion.weightDecay().at(t))
          .isCloseTo(golden.step(step).get("weight_decay").asDouble(), within(1e-12));
    }
  }

  @Test
  void advisesAgainstWhatThePaperWarnsOf() {
    Schedule good = Schedule.cosine(3e-4, 3e-5, 100).withWarmup(10);
    assertThat(Advice.on(LionConfig.of(good), 256)).isEmpty();
    assertThat(Advice.on(LionConfig.of(Schedule.cosine(1e-4, 1e-5, 1000)), 256))
        .containsExactly(
            "Lion: the learning rate has no warmup; without one it is prone to diverge.");
    assertThat(Advice.on(LionConfig.of(3e-3), 12))
        .hasSize(3)
        .anyMatch(a -> a.contains("0.003 is above 0.001"))
        .anyMatch(a -> a.contains("a batch of 12 is below 64"))
        .anyMatch(a -> a.contains("no warmup"));
  }
}
