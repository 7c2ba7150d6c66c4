package org.tflion.train.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.tflion.tpu.topology.Chip;
import org.tflion.tpu.topology.Generation;
import org.tflion.tpu.topology.Gpu;

/**
 * The devices that a plan can be made for.
 *
 * <p>TPU figures are those of one device as PJRT counts them: half a chip for v2, v3, v4 and tpu7x.
 * Links are summed over all ports of a chip, one direction: half of what is published where both
 * are counted.
 *
 * <p><b>Sources.</b> Rates and memory: {@link Generation} and {@link Gpu}. Links of v5e, v5p and
 * v6e and the data center networks of v5e (2 x 100 Gb/s for 8 chips) and v5p (50 Gb/s a chip): the
 * Google Cloud TPU pages; v2 and v3: Norrie et al. (2021), The Design Process for Google's Training
 * Chips; v4: Jouppi et al. (2023), TPU v4, 6 links of 50 GB/s; tpu7x: 1.2 TB/s both ways, Google's
 * announcement. Where no data center network is published, that of v5p is taken. GPU memory and
 * NVLink: NVIDIA data sheets of the SXM parts; their networks: one adapter for each GPU as in the
 * DGX of its generation, 200 Gb/s for the A100 and 400 Gb/s for the others.
 */
public final class Devices {

  private static final double GB = 1e9;
  private static final double GBIT = 1e9 / 8;
  private static final String TPU_SOURCE = "Google Cloud TPU documentation";
  private static final String GPU_SOURCE = "NVIDIA data sheet";

  /** GPUs that NVLink joins in one machine. */
  private static final int NVLINK_ISLAND = 8;

  private Devices() {}

  /** All but this machine, whose speed has to be measured. */
  public static List<Device> all() {
    List<Device> all = new ArrayList<>();
    Arrays.stream(Generation.values()).map(Devices::tpu).forEach(all::add);
    all.add(gpu("a100", Gpu.A100, new Hbm(80 * GB, 2039 * GB), 300 * GB, 200 * GBIT));
    all.add(gpu("h100", Gpu.H100_SXM, new Hbm(80 * GB, 3350 * GB), 450 * GB, 400 * GBIT));
    all.add(gpu("h200", Gpu.H200, new Hbm(141 * GB, 4800 * GB), 450 * GB, 400 * GBIT));
    all.add(gpu("b200", Gpu.B200, new Hbm(180 * GB, 8000 * GB), 900 * GB, 400 * GBIT));
    return all;
  }

  /** The device of a name, if there is one. */
  public static Optional<Device> named(String name) {
    return all().stream().filter(device -> device.name().equals(name)).findFirst();
  }

  private record Hbm(double bytes, double bytesPerSecond) {}

  private static Device gpu(String name, Gpu gpu, Hbm hbm, double nvlink, double network) {
    Device.Wires wires = new Device.Wires(nvlink, NVLINK_ISLAND, network);
    return new Device(
        name,
        hbm.bytes(),
        hbm.bytesPerSecond(),
        gpu.bf16FlopsPerSecond(),
        wires,
        Device.Process.ELSEWHERE,
        GPU_SOURCE);
  }

  private static Device tpu(Generation generation) {
    Chip chip = generation.chip();
    int devices = chip.devices();
    List<Integer> largest = generation.shapes().get(generation.shapes().size() - 1);
    int island = largest.stream().reduce(devices, (a, b) -> a * b);
    Device.Wires wires =
        new Device.Wires(link(generation) / devices, island, network(generation) / devices);
    return new Device(
        generation.topologyName(),
        chip.hbmBytesPerDevice(),
        chip.hbmBytesPerSecond() / devices,
        chip.bf16FlopsPerSecondPerDevice(),
        wires,
        Device.Process.ELSEWHERE,
        TPU_SOURCE);
  }

  /** Bytes per second of all ports of a chip, one direction. */
  private static double link(Generation generation) {
    return switch (generation) {
      case V2 -> 4 * 496 * GBIT;
      case V3 -> 4 * 656 * GBIT;
      case V4 -> 6 * 50 * GB;
      case V5E -> 200 * GB;
      case V5P -> 600 * GB;
      case V6E -> 400 * GB;
      case TPU7X -> 600 * GB;
    };
  }

  /** Bytes per second of a chip's share of its host's network, one direction. */
  private static double network(Generation generation) {
    return generation == Generation.V5E ? 25 * GBIT : 50 * GBIT;
  }
}
