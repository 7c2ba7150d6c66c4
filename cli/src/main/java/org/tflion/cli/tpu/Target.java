package org.tflion.cli.tpu;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tflion.tpu.lower.Argument;
import org.tflion.tpu.lower.Lowered;
import org.tflion.tpu.topology.AxisRules;
import org.tflion.tpu.topology.DeviceMesh;
import org.tflion.tpu.topology.Mesh;
import org.tflion.tpu.topology.NamedSharding;
import org.tflion.tpu.topology.TpuSlice;
import org.tflion.train.step.TracedStep;

/**
 * What a step is compiled for.
 *
 * @param slice the devices
 * @param mesh all of them, in a grid
 * @param plugin that compiles for them
 */
public record Target(TpuSlice slice, DeviceMesh mesh, Path plugin) {

  /**
   * Reads a target.
   *
   * @throws IllegalArgumentException if the slice is not offered, the mesh does not cover it, or an
   *     axis of the mesh cuts nothing
   */
  public static Target of(String topology, String mesh, Path plugin) {
    TpuSlice slice = TpuSlice.parse(topology);
    return new Target(slice, DeviceMesh.on(slice, new AxisRules(Mesh.parse(mesh)).mesh()), plugin);
  }

  /** A program with its arguments cut for the devices. */
  Lowered cut(TracedStep traced, Lowered whole) {
    AxisRules rules = new AxisRules(mesh.mesh());
    Map<String, TracedStep.Argument> byNode =
        traced.arguments().stream()
            .collect(Collectors.toMap(TracedStep.Argument::node, each -> each));
    return whole.cut(
        argument -> {
          TracedStep.Argument known = Objects.requireNonNull(byNode.get(argument.name()));
          return new NamedSharding(mesh, rules.spec(known.axes()));
        });
  }

  /** Memory of a device, in bytes. */
  public long hbmBytes() {
    return slice.generation().chip().hbmBytesPerDevice();
  }
}
