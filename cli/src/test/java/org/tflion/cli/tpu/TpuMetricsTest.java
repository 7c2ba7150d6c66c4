package org.tflion.cli.tpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.tflion.train.metrics.StepMetrics;

@Timeout(60)
class TpuMetricsTest {

  private static final StepMetrics STEP =
      new StepMetrics(1, 2.5, null, 1e-4, 0.5, 32, 100, 20, 0, null, null, 0, Map.of(), Map.of());

  private final List<String> warnings = new CopyOnWriteArrayList<>();

  @Test
  void joinsTheDevicesOfEveryRuntime() throws Exception {
    try (FakeRuntime one = FakeRuntime.start();
        FakeRuntime two = FakeRuntime.start()) {
      two.gauges()
          .put(
              "tpu.runtime.hbm.memory.usage.bytes",
              List.of(FakeRuntime.of(1L), FakeRuntime.of(13_000_000_000L)));
      two.gauges()
          .put("tpu.runtime.hbm.memory.total.bytes", List.of(FakeRuntime.of(16_000_000_000L)));
      two.gauges()
          .put(
              "tpu.runtime.tensorcore.dutycycle.percent",
              List.of(FakeRuntime.of(0.0), FakeRuntime.of(50.0)));
      try (TpuMetrics metrics =
          TpuMetrics.open(List.of(one.address(), two.address()), warnings::add)) {
        assertThat(metrics.deviceMetrics(STEP))
            .containsExactlyInAnyOrderEntriesOf(
                Map.of(
                    "hbm_used_bytes", 13e9,
                    "hbm_total_bytes", 16e9,
                    "duty_cycle_percent", (87.5 + 0 + 50) / 3));
      }
    }
    assertThat(warnings).isEmpty();
  }

  @Test
  void aRunGoesOnWithoutARuntime() throws Exception {
    try (FakeRuntime runtime = FakeRuntime.start();
        TpuMetrics metrics = TpuMetrics.open(List.of(runtime.address()), warnings::add)) {
      assertThat(metrics.deviceMetrics(STEP)).containsEntry("hbm_used_bytes", 12.5e9);
      runtime.server().shutdownNow().awaitTermination();
      metrics.ask();
      metrics.ask();
      assertThat(metrics.deviceMetrics(STEP)).as("nothing that is not true any more").isEmpty();
      assertThat(warnings)
          .singleElement()
          .asString()
          .startsWith("no TPU runtime answers (")
          .endsWith("); the run goes on");
    }
  }

  @Test
  void leavesOutWhatIsNotReported() throws Exception {
    try (FakeRuntime runtime = FakeRuntime.start()) {
      runtime.gauges().remove("tpu.runtime.tensorcore.dutycycle.percent");
      try (TpuMetrics metrics = TpuMetrics.open(List.of(runtime.address()), warnings::add)) {
        assertThat(metrics.deviceMetrics(STEP))
            .containsOnlyKeys("hbm_used_bytes", "hbm_total_bytes");
      }
    }
  }
}
