package org.tflion.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.tflion.train.metrics.StepMetrics;

class UtilizationTest {

  /** A step of 20 ms. */
  private static final StepMetrics STEP =
      new StepMetrics(1, 2.5, null, 1e-4, 0.5, 32, 100, 20, 0, null, null, 0, Map.of(), Map.of());

  @Test
  void isTheShareOfThePeak() {
    // 4e9 operations in 0.02 s are 2e11 a second.
    assertThat(new Utilization(4e9, 8e11).deviceMetrics(STEP)).containsEntry("mfu", 0.25);
  }

  @Test
  void knowsNoPeakElsewhere() {
    assertThat(Utilization.elsewhere().deviceMetrics(STEP)).doesNotContainKey("mfu");
  }

  @Test
  @EnabledIf("org.tflion.cli.bench.ResidentMemory#isKnown")
  void tellsTheMemoryOfThisProcess() {
    assertThat(Utilization.elsewhere().deviceMetrics(STEP).get("memory_bytes"))
        .as("a JVM takes some ten MB and does not take a TB")
        .isBetween(1e7, 1e12);
  }
}
