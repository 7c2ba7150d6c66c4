package org.tflion.cli.tpu;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.tflion.tpu.metrics.DeviceUsage;
import org.tflion.tpu.metrics.Snapshot;

/**
 * What one runtime said of its devices; what it did not report is null.
 *
 * @param address of its metric service
 * @param uptimeSeconds its age
 * @param devices by ascending id
 */
public record TpuSample(String address, @Nullable Double uptimeSeconds, List<Usage> devices) {

  /** One device. */
  public record Usage(
      long device,
      @Nullable Long hbmUsedBytes,
      @Nullable Long hbmTotalBytes,
      @Nullable Double dutyCyclePercent,
      @Nullable Double idleSeconds) {}

  /** The sample of a snapshot. */
  public static TpuSample of(String address, Snapshot snapshot) {
    return new TpuSample(
        address,
        number(snapshot.uptimeSeconds()),
        snapshot.devices().stream().map(TpuSample::usage).toList());
  }

  private static Usage usage(DeviceUsage usage) {
    return new Usage(
        usage.device(),
        number(usage.hbmUsedBytes()),
        number(usage.hbmTotalBytes()),
        number(usage.dutyCyclePercent()),
        number(usage.idleSeconds()));
  }

  private static @Nullable Double number(OptionalDouble value) {
    return value.isPresent() ? (Double) value.getAsDouble() : null;
  }

  private static @Nullable Long number(OptionalLong value) {
    return value.isPresent() ? (Long) value.getAsLong() : null;
  }
}
