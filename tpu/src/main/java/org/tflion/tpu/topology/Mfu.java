package org.tflion.tpu.topology;

import java.util.OptionalDouble;
import org.tflion.tpu.Require;

/**
 * Model FLOPs utilization: the share of the peak rate that a training step reaches.
 *
 * <pre>{@code
 * mfu = model FLOPs per step / (step seconds * devices * peak FLOP/s per device)
 * }</pre>
 *
 * <p>Only the FLOPs that the model's equations need count, not what rematerialization adds.
 *
 * @see <a href="https://arxiv.org/abs/2204.02311">Chowdhery et al., 2022, appendix B</a>
 */
public final class Mfu {

  private Mfu() {}

  /**
   * Returns the utilization, usually in (0, 1).
   *
   * @throws IllegalArgumentException if a number is not finite and above 0
   */
  public static double of(double modelFlops, double stepSeconds, int devices, double peakFlops) {
    positive("modelFlops", modelFlops);
    positive("stepSeconds", stepSeconds);
    positive("devices", devices);
    positive("peakFlops", peakFlops);
    return modelFlops / (stepSeconds * devices * peakFlops);
  }

  /**
   * Returns the peak dense bfloat16 rate of one device in FLOP/s; empty for a CPU and for any kind
   * that is not in {@link Generation} or {@link Gpu}. A v4 counts two devices per chip, as ahead of
   * time; a runtime that joins both cores into one device has twice the rate.
   *
   * @param deviceKind the kind as PJRT reports it, such as {@code TPU v5 lite} or {@code NVIDIA
   *     H200}
   */
  public static OptionalDouble peakFlops(String deviceKind) {
    var tpu = Generation.ofDeviceKind(deviceKind);
    if (tpu.isPresent()) {
      return OptionalDouble.of(tpu.get().chip().bf16FlopsPerSecondPerDevice());
    }
    var gpu = Gpu.ofDeviceKind(deviceKind);
    return gpu.isPresent()
        ? OptionalDouble.of(gpu.get().bf16FlopsPerSecond())
        : OptionalDouble.empty();
  }

  private static void positive(String what, double value) {
    Require.that(
        value > 0 && Double.isFinite(value), "Mfu: " + what + " must be finite and above 0", value);
  }
}
