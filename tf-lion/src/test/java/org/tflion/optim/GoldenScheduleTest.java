package org.tflion.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.tflion.schedule.Schedule;

/** The schedules of the reference, which counts steps from 0 where an update is counted from 1. */
class GoldenScheduleTest {

  private static void compare(GoldenVectors.Case golden, Schedule schedule, int first) {
    for (int step = 0; step < golden.steps(); step++) {
      long t = golden.step(step).get("step").asLong() + first;
      // 1e-15: of values of 1e-2 and less, as good as exact.
      assertThat(schedule.at(t))
          .as("update %d", t)
          .isCloseTo(golden.step(step).get("lr").asDouble(), within(1e-15));
    }
  }

  @Test
  void cosineWithWarmup() {
    GoldenVectors.Case golden = GoldenVectors.named("schedule_hero_cosine");
    double peak = golden.hyper("lr");
    long warmup = (long) golden.hyper("warmup");
    long length =
        (long) (golden.hyper("num_train_steps") - golden.hyper("steps_after_decay")) - warmup;
    compare(
        golden,
        Schedule.cosine(peak, peak * golden.hyper("end_decay"), length).withWarmup(warmup),
        1);
  }

  @Test
  void linearWithWarmup() {
    GoldenVectors.Case golden = GoldenVectors.named("schedule_lm_warmup_linear");
    long warmup = (long) golden.hyper("warmup");
    long length = (long) golden.hyper("total") - warmup;
    compare(golden, Schedule.linear(golden.hyper("peak"), 0, length).withWarmup(warmup), 1);
  }

  /** T5X evaluates it at the step itself, from 0. */
  @Test
  void inverseSquareRoot() {
    GoldenVectors.Case golden = GoldenVectors.named("schedule_t5x_rsqrt");
    compare(
        golden, Schedule.inverseSquareRoot(golden.hyper("base"), (long) golden.hyper("warmup")), 0);
  }
}
