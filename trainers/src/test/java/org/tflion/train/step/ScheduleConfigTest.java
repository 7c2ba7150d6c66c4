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
    Schedule rate = new ScheduleConfig("linear", 10, 0, 0.25).of(2, 110);
    for (int t = 1; t <= 110; t++) {
      double expected = t <= 10 ? 2 * t / 10.0 : 2 - 1.5 * (t - 10) / 100.0;
      assertThat(rate.at(t)).isCloseTo(expected, within(ROUNDING));
    }
    assertThat(rate.at(110)).isEqualTo(0.5);
  }

  @Test
  void climbsThenFollowsHalfACosine() {
    Schedule rate = new ScheduleConfig("cosine", 10, 0, 0.1).of(1, 60);
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
    Schedule rate = new ScheduleConfig("constant", 4, 0, 0).of(1, 10);
    assertThat(rate.at(2)).isEqualTo(0.5);
    assertThat(rate.at(4)).isEqualTo(1);
    assertThat(rate.at(10)).isEqualTo(1);
    assertThat(new ScheduleConfig("constant", 0, 0, 0).of(1, 10).at(1)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "linear, 0.75, 0.5",
    "cosine, 0.853553390593273762, 0.5",
    "sqrt, 0.5, 0.292893218813452475",
    "exponential, 0.562341325190349080, 0.316227766016837933"
  })
  void staysAtThePeakBeforeTheWayDown(String name, double quarter, double half) {
    double end = name.equals("exponential") ? 0.1 : 0;
    Schedule rate = new ScheduleConfig(name, 10, 0.8, end).of(2, 210);
    assertThat(rate.at(5)).isEqualTo(1);
    for (int t = 10; t <= 170; t++) {
      assertThat(rate.at(t)).isEqualTo(2);
    }
    assertThat(rate.at(171)).isLessThan(2);
    assertThat(rate.at(180)).isCloseTo(2 * quarter, within(2 * ROUNDING));
    assertThat(rate.at(190)).isCloseTo(2 * half, within(2 * ROUNDING));
    assertThat(rate.at(210)).isCloseTo(2 * end, within(2 * ROUNDING));
  }

  @Test
  void aPlateauIsCutToWholeUpdates() {
    Schedule rate = new ScheduleConfig("linear", 0, 0.5, 0).of(1, 3);
    assertThat(rate.at(1)).isEqualTo(1);
    assertThat(rate.at(2)).isCloseTo(0.5, within(ROUNDING));
    assertThat(rate.at(3)).isZero();
  }

  @Test
  void theClimbMustEndBeforeTheRun() {
    var config = new ScheduleConfig("linear", 10, 0, 0);
    assertThat(config.of(1, 11).at(11)).isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.of(1, 10))
        .withMessage("schedule.warmup must be below train.steps 10 (got 10)");
  }

  @ParameterizedTest
  @CsvSource({"sine, 0, 0", "linear, -1, 0", "linear, 0, -.1", "linear, 0, 1.1", "linear, 0, NaN"})
  void refusesNumbersOutOfRange(String name, long warmup, double end) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ScheduleConfig(name, warmup, 0, end))
        .withMessageStartingWith("schedule.");
  }
}
