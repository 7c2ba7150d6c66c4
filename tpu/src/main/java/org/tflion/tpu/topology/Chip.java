package org.tflion.tpu.topology;

import org.tflion.tpu.Require;

/**
 * What one TPU chip holds and how fast it is.
 *
 * @param cores TensorCores on the chip; above 0
 * @param devices devices that PJRT shows for the chip when it compiles ahead of time; divides
 *     {@code cores}
 * @param hbmBytes memory of the whole chip that a program may use, in bytes
 * @param hbmBytesPerSecond peak bandwidth of that memory, in bytes per second
 * @param bf16FlopsPerSecond peak dense bfloat16 rate of the whole chip, in FLOP/s
 */
public record Chip(
    int cores, int devices, long hbmBytes, double hbmBytesPerSecond, double bf16FlopsPerSecond) {

  public Chip {
    Require.that(cores > 0, "Chip: cores must be above 0", cores);
    Require.that(
        devices > 0 && cores % devices == 0, "Chip: devices must divide the cores", devices);
    Require.that(hbmBytes > 0, "Chip: hbmBytes must be above 0", hbmBytes);
    Require.that(
        hbmBytesPerSecond > 0, "Chip: hbmBytesPerSecond must be above 0", hbmBytesPerSecond);
    Require.that(
        bf16FlopsPerSecond > 0, "Chip: bf16FlopsPerSecond must be above 0", bf16FlopsPerSecond);
  }

  /** Returns the memory one device may use, in bytes. */
  public long hbmBytesPerDevice() {
    return hbmBytes / devices;
  }

  /** Returns the peak dense bfloat16 rate of one device, in FLOP/s. */
  public double bf16FlopsPerSecondPerDevice() {
    return bf16FlopsPerSecond / devices;
  }

  /**
   * Returns the least time one device takes for so much work: its operations at the peak rate, or
   * its bytes at the peak bandwidth, whichever takes longer.
   */
  public double leastSeconds(double flops, double bytes) {
    return Math.max(flops / bf16FlopsPerSecondPerDevice(), bytes / (hbmBytesPerSecond / devices));
  }
}
