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

  /** Formulas agree to rounding: sums and products of a few numbers of order 1. */
  private static final double ROUNDING = 1e-15;

  static Stream<Arguments> formulas() {
    LongToDoubleFunction cosine =
        t -> t >= 40 ? 0.1 : 0.1 + 0.9 * 0.5 * (1 + Math.cos(Math.PI * t / 40.0));
    LongToDoubleFunction line = t -> t >= 30 ? 0.2 : 1 - 0.8 * t / 30.0;
    LongToDoubleFunction steps = t -> t <= 5 ? 1 : t <= 20 ? 0.5 : 0.25;
    return Stream.of(
        Arguments.of(Schedule.constant(0.3), (LongToDoubleFunction) t -> 0.3),
        Arguments.of(Schedule.linear(1, 0.2, 30), line),
        Arguments.of(Schedule.cosine(1, 0.1, 40), cosine),
        Arguments.of(Schedule.piecewise(new long[] {5, 20}, new double[] {1, 0.5, 0.25}), steps),
        Arguments.of(
            Schedule.cosine(1, 0.1, 40).withWarmup(10),
            (LongToDoubleFunction) t -> t <= 10 ? t / 10.0 : cosine.applyAsDouble(t - 10)),
        Arguments.of(
            Schedule.linear(1, 0.2, 30).withWarmup(3),
            (LongToDoubleFunction) t -> t <= 3 ? t / 3.0 : line.applyAsDouble(t - 3)));
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
