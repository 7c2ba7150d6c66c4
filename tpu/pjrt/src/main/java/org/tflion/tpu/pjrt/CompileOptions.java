package org.tflion.tpu.pjrt;

import java.util.List;
import java.util.stream.IntStream;
import org.tflion.tpu.Require;
import org.tflion.tpu.compile.Effort;
import org.tflion.tpu.wire.CompileOptionsProto;
import org.tflion.tpu.wire.DeviceAssignmentProto;
import org.tflion.tpu.wire.ExecutableBuildOptionsProto;

/**
 * How a program spreads over devices: one replica, cut by GSPMD into one partition per device.
 *
 * @param devices global ids, partition 0 first; at least one
 * @param effort to make the program fast
 * @param spreads whether XLA may choose how parameters and results are cut, from what the program
 *     marks inside; otherwise they are cut as their own shardings say
 */
public record CompileOptions(List<Integer> devices, Effort effort, boolean spreads) {

  private static final float LEAST = -1;

  public CompileOptions {
    devices = List.copyOf(devices);
    Require.that(
        !devices.isEmpty(), "CompileOptions: give at least one device, such as 0", devices);
  }

  /**
   * Returns options for devices 0 ... {@code count - 1}, which suits every {@link
   * org.tflion.tpu.topology.DeviceMesh}: its order is already in the shardings of the program,
   * which name devices by partition.
   */
  public static CompileOptions of(int count) {
    return new CompileOptions(IntStream.range(0, count).boxed().toList(), Effort.FULL, true);
  }

  /** Returns options for one device. */
  static CompileOptions on(int device) {
    return new CompileOptions(List.of(device), Effort.FULL, false);
  }

  /** Returns the same with another effort. */
  CompileOptions with(Effort other) {
    return new CompileOptions(devices, other, spreads);
  }

  /**
   * Returns the same for a program whose parameters and results all have shardings. XLA would cut
   * even what they say stays whole, and not always an argument like the result that takes over its
   * memory.
   */
  public CompileOptions asCut() {
    return new CompileOptions(devices, effort, false);
  }

  /** Returns a serialized {@code xla.CompileOptionsProto}. */
  byte[] toByteArray() {
    DeviceAssignmentProto.Builder assignment =
        DeviceAssignmentProto.newBuilder().setReplicaCount(1).setComputationCount(devices.size());
    for (int device : devices) {
      assignment.addComputationDevicesBuilder().addReplicaDeviceIds(device);
    }
    ExecutableBuildOptionsProto.Builder build =
        ExecutableBuildOptionsProto.newBuilder()
            .setNumReplicas(1)
            .setNumPartitions(devices.size())
            .setDeviceAssignment(assignment);
    if (effort == Effort.QUICK) {
      build.setExecTimeOptimizationEffort(LEAST);
    }
    if (devices.size() > 1) {
      build
          .setUseSpmdPartitioning(true)
          .addAllowSpmdShardingPropagationToOutput(spreads)
          .addAllowSpmdShardingPropagationToParameters(spreads);
    }
    return CompileOptionsProto.newBuilder().setExecutableBuildOptions(build).build().toByteArray();
  }
}
