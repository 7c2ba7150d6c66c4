package org.tflion.cli.tpu;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.proto.NodeDef;
import org.tflion.Require;
import org.tflion.tpu.lower.Argument;
import org.tflion.tpu.lower.Lowered;
import org.tflion.tpu.topology.AxisRules;
import org.tflion.tpu.topology.DeviceMesh;
import org.tflion.tpu.topology.Mesh;
import org.tflion.tpu.topology.NamedSharding;
import org.tflion.tpu.topology.TpuSlice;
import org.tflion.train.model.Parameter;
import org.tflion.train.plan.Workload;
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

  /**
   * Refuses work that does not divide, before minutes are spent on it.
   *
   * @throws IllegalArgumentException if the mesh does not divide the model or the rows of a pass
   */
  public void check(Workload work) {
    NamedSharding batch = sharding(List.of(TracedStep.BATCH));
    int rows = work.batch().rows() / work.step().parts();
    Require.that(
        rows % batch.tiles(0) == 0,
        "train.batch and train.micro_batch must be multiples of data * fsdp = "
            + batch.tiles(0)
            + " of the mesh "
            + mesh.mesh(),
        rows);
    for (Parameter parameter : work.model().parameters()) {
      List<Long> shape = Arrays.stream(parameter.shape().asArray()).boxed().toList();
      sharding(parameter.axes()).shardShape(parameter.name(), shape);
    }
  }

  /** A program with its arguments cut for the devices. */
  Lowered cut(TracedStep traced, Lowered whole) {
    Map<String, TracedStep.Argument> byNode = byNode(traced);
    return whole.cut(
        argument -> sharding(Objects.requireNonNull(byNode.get(argument.name())).axes()));
  }

  /** Bytes on each device of the state that a program reads or writes, by the names of pieces. */
  Map<String, Long> state(TracedStep traced, Lowered lowered) {
    Map<String, TracedStep.Argument> byNode = byNode(traced);
    Set<String> variables =
        traced.graph().getNodeList().stream()
            .filter(node -> node.getOp().equals(VarHandleOp.OP_NAME))
            .map(NodeDef::getName)
            .collect(Collectors.toSet());
    Map<String, Long> state = new HashMap<>();
    for (Argument argument : lowered.arguments()) {
      if (variables.contains(argument.name())) {
        TracedStep.Argument piece = Objects.requireNonNull(byNode.get(argument.name()));
        long bytes = argument.elementBytes();
        for (long size : sharding(piece.axes()).shardShape(piece.name(), argument.shape())) {
          bytes *= size;
        }
        state.put(piece.name(), bytes);
      }
    }
    return state;
  }

  private static Map<String, TracedStep.Argument> byNode(TracedStep traced) {
    return traced.arguments().stream()
        .collect(Collectors.toMap(TracedStep.Argument::node, each -> each));
  }

  private NamedSharding sharding(List<String> axes) {
    return new NamedSharding(mesh, new AxisRules(mesh.mesh()).spec(axes));
  }

  /** Memory of a device, in bytes. */
  public long hbmBytes() {
    return slice.generation().chip().hbmBytesPerDevice();
  }
}
