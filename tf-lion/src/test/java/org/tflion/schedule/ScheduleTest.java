package org.tflion.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.function.LongToDoubleFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat64;

/** Each schedule in Java, in the graph, and as its formula written out again. */
class ScheduleTest {

  private static final long LAST = 60;

  /** Formulas agree to rounding: sums, products and powers of a few numbers of order 1 to 6. */
  private static final double ROUNDING = 4e-15;

  static Stream<Arguments> formulas() {
    LongToDoubleFunction cosine =
        t -> t >= 40 ? 0.1 : 0.1 + 0.9 * 0.5 * (1 + Math.cos(Math.PI * t / 40.0));
    LongToDoubleFunction line = t -> t >= 30 ? 0.2 : 1 - 0.8 * t / 30.0;
    LongToDoubleFunction steps = t -> t <= 5 ? 1 : t <= 20 ? 0.5 : 0.25;
    return Stream.concat(
        compositions(),
        Stream.of(
            Arguments.of(Schedule.constant(0.3), (LongToDoubleFunction) t -> 0.3),
            Arguments.of(Schedule.linear(1, 0.2, 30), line),
            Arguments.of(Schedule.cosine(1, 0.1, 40), cosine),
            Arguments.of(
                Schedule.piecewise(new long[] {5, 20}, new double[] {1, 0.5, 0.25}), steps),
            Arguments.of(
                Schedule.cosine(1, 0.1, 40).withWarmup(10),
                (LongToDoubleFunction) t -> t <= 10 ? t / 10.0 : cosine.applyAsDouble(t - 10)),
            Arguments.of(
                Schedule.linear(1, 0.2, 30).withWarmup(3),
                (LongToDoubleFunction) t -> t <= 3 ? t / 3.0 : line.applyAsDouble(t - 3))));
  }

  private static Arguments formula(Schedule schedule, LongToDoubleFunction formula) {
    return Arguments.of(schedule, formula);
  }

  private static Stream<Arguments> compositions() {
    return Stream.of(
        formula(
            Schedule.polynomial(1, 0.5, 2, 20),
            t -> t >= 20 ? 0.5 : 0.5 + 0.5 * (1 - t / 20.0) * (1 - t / 20.0)),
        formula(Schedule.exponential(1, 0.5, 10, 0.1), t -> Math.max(Math.pow(2, -t / 10.0), 0.1)),
        formula(Schedule.inverseSquareRoot(2, 16), t -> t <= 16 ? 0.5 : 2 / Math.sqrt(1.0 * t)),
        formula(Schedule.inverseTime(2, 0.25), t -> 2 / (1 + 0.25 * t)),
        formula(Schedule.root(1, 0.2, 25), t -> t >= 25 ? 0.2 : 1 - 0.8 * Math.sqrt(t / 25.0)),
        formula(
            Schedule.cosineRestarts(1, 0, 10, 1),
            t -> 0.5 * (1 + Math.cos(Math.PI * (t % 10) / 10.0))),
        // Waves of 4, 8, 16, 32: they begin at 4, 12, 28, 60.
        formula(
            Schedule.cosineRestarts(1, 0, 4, 2),
            t -> {
              long start = t < 4 ? 0 : t < 12 ? 4 : t < 28 ? 12 : t < 60 ? 28 : 60;
              return 0.5 * (1 + Math.cos(Math.PI * (t - start) / (start + 4.0)));
            }),
        formula(
            Schedule.oneCycle(1, 10, 50),
            t ->
                t <= 10
                    ? 1 - 0.96 * 0.5 * (1 + Math.cos(Math.PI * t / 10.0))
                    : 4e-6
                        + (1 - 4e-6) * 0.5 * (1 + Math.cos(Math.PI * Math.min(t - 10, 40) / 40.0))),
        formula(
            Schedule.warmupStableDecay(1, 5, 20, Schedule.linear(1, 0, 10)),
            t -> t <= 5 ? t / 5.0 : t <= 25 ? 1 : Math.max(1 - (t - 25) / 10.0, 0)),
        formula(
            Schedule.constant(1).withRewarmup(10, 5),
            t -> t <= 10 ? 1 : Math.min((t - 10) / 5.0, 1)),
        formula(Schedule.constant(1).then(7, Schedule.constant(2)).times(3), t -> t <= 7 ? 3 : 6));
  }

  @ParameterizedTest
  @MethodSource("formulas")
  void isTheSameInJavaInTheGraphAndOnPaper(Schedule schedule, LongToDoubleFunction formula) {
    double largest = 0;
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Placeholder<TFloat64> update = tf.placeholder(TFloat64.class);
      var value = schedule.at(tf, update);
      for (long t = 1; t <= LAST; t++) {
        double expected = formula.applyAsDouble(t);
        assertThat(schedule.at(t)).as("Java, update %d", t).isCloseTo(expected, within(ROUNDING));
        try (TFloat64 fed = TFloat64.scalarOf((double) t);
            var result = session.runner().feed(update, fed).fetch(value).run()) {
          assertThat(((TFloat64) result.get(0)).getDouble())
              .as("graph, update %d", t)
              .isCloseTo(expected, within(ROUNDING));
        }
        largest = Math.max(largest, expected);
      }
    }
    assertThat(schedule.peak()).isGreaterThanOrEqualTo(largest - ROUNDING);
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        refusal(() -> Schedule.constant(-1), "Constant schedule: value"),
        refusal(() -> Schedule.constant(Double.NaN), "Constant schedule: value"),
        refusal(() -> Schedule.linear(1, Double.POSITIVE_INFINITY, 3), "Linear schedule: end"),
        refusal(() -> Schedule.linear(1, 0, 0), "Linear schedule: updates"),
        refusal(() -> Schedule.cosine(Double.NaN, 0, 3), "Cosine schedule: start"),
        refusal(() -> Schedule.cosine(1, 0, -3), "Cosine schedule: updates"),
        refusal(() -> Schedule.constant(1).withWarmup(-1), "Warmup: updates"),
        refusal(() -> Schedule.polynomial(1, 0, 0, 3), "Polynomial schedule: power"),
        refusal(() -> Schedule.exponential(1, 1.5, 3, 0), "Exponential schedule: ratio"),
        refusal(() -> Schedule.inverseSquareRoot(1, 0), "Inverse square root schedule: flat"),
        refusal(() -> Schedule.inverseTime(1, Double.NaN), "Inverse time schedule: kappa"),
        refusal(() -> Schedule.root(-1, 0, 3), "Root decay: start"),
        refusal(() -> Schedule.cosineRestarts(1, 0, 3, 0.5), "Cosine restarts: stretch"),
        refusal(() -> Schedule.oneCycle(1, 3, 3), "One cycle: rise"),
        refusal(() -> Schedule.constant(1).then(0, Schedule.constant(2)), "Join: length"),
        refusal(() -> Schedule.constant(1).withRewarmup(-1, 2), "Rewarmup: at"),
        refusal(() -> Schedule.constant(1).times(-1), "Product of schedules: factor"),
        refusal(
            () -> Schedule.piecewise(new long[] {2}, new double[] {1}),
            "Piecewise schedule: values"),
        refusal(
            () -> Schedule.piecewise(new long[] {2, 2}, new double[] {1, 2, 3}),
            "Piecewise schedule: boundaries"));
  }

  private static Arguments refusal(Supplier<Schedule> wrong, String message) {
    return Arguments.of(wrong, message);
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void refusesWhatIsNoSchedule(Supplier<Schedule> wrong, String message) {
    assertThatIllegalArgumentException().isThrownBy(wrong::get).withMessageContaining(message);
  }
}
