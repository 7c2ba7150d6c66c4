package org.tflion.tpu.topology;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.tflion.tpu.Require;

/**
 * The TPU generations, with the figures of one chip and the slices that are offered.
 *
 * <p><b>Sources.</b> Peak rates, bandwidths, pod sizes and shapes: the Google Cloud TPU pages of
 * each generation ({@code docs.cloud.google.com/tpu/docs/v3}, {@code v4}, {@code v5e}, {@code v5p},
 * {@code v6e}, {@code tpu7x}); v2 rate and bandwidth: {@code tpu_info.py} of JAX 0.10.2; usable
 * memory: the device memory limit in the topologies of libtpu 0.0.42.1, rounded down (it shrinks by
 * some kilobytes in larger slices). libtpu gives each of the two devices of a v4 the limit of the
 * whole chip; here each has half. The v4, v2 and v3 slices follow the accelerator types of the
 * Cloud TPU API. Rates are the pages' peaks: no program reaches them.
 */
@SuppressWarnings(
    "ImmutableEnumChecker") // both fields are deeply immutable: a record of numbers, List.of
public enum Generation {
  V2("v2", new Chip(2, 2, 16_060_000_000L, 716e9, 46e12), Shapes.V2),
  V3("v3", new Chip(2, 2, 33_200_000_000L, 900e9, 123e12), Shapes.V3),
  V4("v4", new Chip(2, 2, 32_700_000_000L, 1200e9, 275e12), Shapes.V4),
  V5E("v5e", new Chip(1, 1, 16_900_000_000L, 819e9, 197e12), Shapes.SMALL_POD),
  V5P("v5p", new Chip(2, 1, 102_800_000_000L, 2765e9, 459e12), Shapes.V5P),
  V6E("v6e", new Chip(1, 1, 33_550_000_000L, 1638e9, 918e12), Shapes.SMALL_POD),
  TPU7X("tpu7x", new Chip(2, 2, 203_400_000_000L, 7380e9, 2307e12), Shapes.TPU7X);

  private final String topologyName;
  private final Chip chip;
  private final List<List<Integer>> shapes;

  Generation(String topologyName, Chip chip, String shapes) {
    this.topologyName = topologyName;
    this.chip = chip;
    this.shapes = Arrays.stream(shapes.split(" ")).map(Shapes::parse).toList();
  }

  /** Returns the name before the colon of a topology, such as {@code v5e} in {@code v5e:4x8}. */
  public String topologyName() {
    return topologyName;
  }

  /** Returns the figures of one chip. */
  public Chip chip() {
    return chip;
  }

  /** Returns the offered slices in ascending size, each as chips along x, y and, if 3-D, z. */
  public List<List<Integer>> shapes() {
    return shapes;
  }

  /** Returns 2 for a planar interconnect, 3 for a cubic one. */
  public int dimensions() {
    return shapes.get(0).size();
  }

  /**
   * Returns the name before the dash of an accelerator type, such as {@code v5litepod}.
   *
   * @throws IllegalStateException for {@link #TPU7X}, which is named by topology only
   */
  public String acceleratorName() {
    if (this == TPU7X) {
      throw new IllegalStateException(
          "Generation: tpu7x has no accelerator type; name its slices by topology, as tpu7x:2x2x1");
    }
    return this == V5E ? "v5litepod" : topologyName;
  }

  /** Returns whether accelerator types count TensorCores ({@code v4-8} is 4 chips), not chips. */
  public boolean countsCores() {
    return this != V5E && this != V6E;
  }

  /** Returns chips on the virtual machines of a slice that spans several of them. */
  public int chipsPerHost() {
    return 4;
  }

  /** Returns the largest slice that one virtual machine holds, in chips. */
  public int singleHostChips() {
    return this == V5E || this == V6E ? 8 : 4;
  }

  /** Returns the generation that PJRT reports under a device kind such as {@code TPU v5 lite}. */
  public static Optional<Generation> ofDeviceKind(String kind) {
    return switch (kind) {
      case "TPU v2" -> Optional.of(V2);
      case "TPU v3" -> Optional.of(V3);
      case "TPU v4" -> Optional.of(V4);
      case "TPU v5 lite", "TPU v5e" -> Optional.of(V5E);
      case "TPU v5", "TPU v5p" -> Optional.of(V5P);
      case "TPU v6 lite", "TPU v6e" -> Optional.of(V6E);
      case "TPU7x", "TPU7X" -> Optional.of(TPU7X);
      default -> Optional.empty();
    };
  }

  /**
   * Returns the generation called {@code name} in a topology or an accelerator type.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Generation named(String name) {
    String wanted = name.equals("v5litepod") ? "v5e" : name;
    Optional<Generation> found =
        Arrays.stream(values()).filter(g -> g.topologyName.equals(wanted)).findFirst();
    Require.that(
        found.isPresent(),
        "TpuSlice: the generation must be one of "
            + Arrays.stream(values()).map(g -> g.topologyName).collect(Collectors.joining(", ")),
        name);
    return found.orElseThrow();
  }
}
