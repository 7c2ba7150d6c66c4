package org.tflion.tpu.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MfuTest {

  @Test
  void isTheShareOfThePeak() {
    // 6 N tokens FLOPs of a 1e9-parameter model over 1e6 tokens in 10 s on 8 devices of 197e12
    double mfu = Mfu.of(6e15, 10, 8, 197e12);
    assertThat(mfu).isCloseTo(6e15 / 10 / (8 * 197e12), within(1e-15)); // three float64 roundings
  }

  @ParameterizedTest
  @CsvSource({
    "TPU v2, 23e12",
    "TPU v3, 61.5e12",
    "TPU v4, 137.5e12",
    "TPU v5 lite, 197e12",
    "TPU v5, 459e12",
    "TPU v6 lite, 918e12",
    "TPU7x, 1153.5e12",
    "NVIDIA A100-SXM4-40GB, 312e12",
    "NVIDIA H100 80GB HBM3, 989e12",
    "NVIDIA H100 PCIe, 756e12",
    "NVIDIA H100 NVL, 835e12",
    "NVIDIA H200, 989e12",
    "NVIDIA B200, 2250e12",
    "NVIDIA L4, 121e12"
  })
  void knowsThePeakOfOneDevice(String kind, double peak) {
    assertThat(Mfu.peakFlops(kind)).hasValue(peak);
  }

  @ParameterizedTest
  @CsvSource({"cpu", "Tesla T4", "NVIDIA L40S", "TPU v9"})
  void hasNoPeakForOtherDevices(String kind) {
    assertThat(Mfu.peakFlops(kind)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0, 1, 1, 1", "1, NaN, 1, 1", "1, 1, 0, 1", "1, 1, 1, Infinity"})
  void refusesWhatIsNotAPositiveNumber(double flops, double seconds, int devices, double peak) {
    assertThatThrownBy(() -> Mfu.of(flops, seconds, devices, peak))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
