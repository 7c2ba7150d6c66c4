package org.tflion.train.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tflion.schedule.Schedule;

class ScheduleConfigTest {

  /** A few roundings of doubles of order 1. */
  private static final double ROUNDING = 1e-15;

  @Test
  void climbsThenFollowsALine() {
    Schedule rate = new ScheduleConfig("linear", 10, 0.25).of(2, 110);
    for (int t = 1; t <= 110; t++) {
      double expected = t <= 10 ? 2 * t / 10.0 : 2 - 1.5 * (t - 10) / 100.0;
      assertThat(rate.at(t)).isCloseTo(expected, within(ROUNDING));
    }
    assertThat(rate.at(110)).isEqualTo(0.5);
  }

  @Test
  void climbsThenFollowsHalfACosine() {
    Schedule rate = new ScheduleConfig("cosine", 10, 0.1).of(1, 60);
    for (int t = 11; t <= 60; t++) {
      double expected = 0.1 + 0.9 * Math.pow(Math.cos(Math.PI * (t - 10) / 100), 2);
      assertThat(rate.at(t)).isCloseTo(expected, within(ROUNDING));
    }
    assertThat(rate.at(5)).isEqualTo(0.5);
    assertThat(rate.at(10)).isEqualTo(1);
    assertThat(rate.at(60)).isCloseTo(0.1, within(ROUNDING));
  }

  @Test
  void climbsThenStays() {
    Schedule rate = new ScheduleConfig("constant", 4, 0).of(1, 10);
    assertThat(rate.at(2)).isEqualTo(0.5);
    assertThat(rate.at(4)).isEqualTo(1);
    assertThat(rate.at(10)).isEqualTo(1);
    assertThat(new ScheduleConfig("constant", 0, 0).of(1, 10).at(1)).isEqualTo(1);
  }

  @Test
  void theClimbMustEndBeforeTheRun() {
    var config = new ScheduleConfig("linear", 10, 0);
    assertThat(config.of(1, 11).at(11)).isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.of(1, 10))
        .withMessage("schedule.warmup must be below train.steps 10 (got 10)");
  }

  @ParameterizedTest
  @CsvSource({"sine, 0, 0", "linear, -1, 0", "linear, 0, -.1", "linear, 0, 1.1", "linear, 0, NaN"})
  void refusesNumbersOutOfRange(String name, long warmup, double end) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ScheduleConfig(name, warmup, end))
        .withMessageStartingWith("schedule.");
  }
}
