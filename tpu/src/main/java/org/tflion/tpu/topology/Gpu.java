package org.tflion.tpu.topology;

import java.util.Optional;

/**
 * Peak dense bfloat16 rates of GPUs, without sparsity.
 *
 * <p><b>Sources.</b> NVIDIA data sheets of each product; the H100, H200 and B200 figures also stand
 * in {@code data_defs.py} of AI-Hypercomputer/gpu-recipes. The T4 is left out: it has no bfloat16.
 */
public enum Gpu {
  A100("A100", 312e12),
  H100_PCIE("H100 PCIe", 756e12),
  H100_NVL("H100 NVL", 835e12),
  H100_SXM("H100", 989e12),
  H200("H200", 989e12),
  B200("B200", 2250e12),
  L4("L4", 121e12);

  private final String mark;
  private final double bf16FlopsPerSecond;

  Gpu(String mark, double bf16FlopsPerSecond) {
    this.mark = mark;
    this.bf16FlopsPerSecond = bf16FlopsPerSecond;
  }

  /** Returns the peak dense bfloat16 rate in FLOP/s. */
  public double bf16FlopsPerSecond() {
    return bf16FlopsPerSecond;
  }

  /** Returns the GPU that a driver calls by a name such as {@code NVIDIA H100 80GB HBM3}. */
  public static Optional<Gpu> ofDeviceKind(String kind) {
    String words = " " + kind.replace('-', ' ') + " ";
    for (Gpu gpu : values()) {
      if (words.contains(" " + gpu.mark + " ")) {
        return Optional.of(gpu);
      }
    }
    return Optional.empty();
  }
}
