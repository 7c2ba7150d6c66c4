package org.tflion.tpu.topology;

import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.tflion.tpu.Require;

/**
 * A mesh with a device at every position.
 *
 * @param mesh the logical grid
 * @param devices device ids in row-major order of the mesh (the last axis runs fastest); a
 *     permutation of 0 ... {@code mesh.devices() - 1}
 */
public record DeviceMesh(Mesh mesh, List<Integer> devices) {

  public DeviceMesh {
    devices = List.copyOf(devices);
    Require.that(
        devices.size() == mesh.devices()
            && new HashSet<>(devices).equals(new HashSet<>(range(mesh.devices()))),
        "DeviceMesh: devices must be a permutation of 0 ... " + (mesh.devices() - 1),
        devices);
  }

  /** Returns the mesh over devices 0, 1, 2, ... in that order. */
  public static DeviceMesh rowMajor(Mesh mesh) {
    return new DeviceMesh(mesh, range(mesh.devices()));
  }

  /**
   * Places a mesh on a slice so that every mesh axis runs along whole edges of the grid of chips
   * where the sizes allow it, and in the order of the device ids where they do not.
   *
   * @throws IllegalArgumentException if mesh and slice differ in their number of devices
   */
  public static DeviceMesh on(TpuSlice slice, Mesh mesh) {
    Require.that(
        mesh.devices() == slice.devices(),
        "DeviceMesh: the mesh "
            + mesh
            + " must cover the "
            + slice.devices()
            + " devices of "
            + slice
            + "; change the axis sizes until their product matches",
        mesh.devices());
    return PhysicalAxes.of(slice)
        .assign(mesh)
        .map(order -> new DeviceMesh(mesh, order))
        .orElseGet(() -> rowMajor(mesh));
  }

  private static List<Integer> range(int end) {
    return IntStream.range(0, end).boxed().toList();
  }
}
