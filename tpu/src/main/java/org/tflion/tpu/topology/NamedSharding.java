package org.tflion.tpu.topology;

import java.util.ArrayList;
import java.util.List;
import org.tflion.tpu.Require;
import org.tflion.tpu.wire.OpSharding;

/**
 * A partition spec on a device mesh: what XLA calls a sharding.
 *
 * <p>Dimension {@code d} of a tensor is cut into {@code tiles(d)} equal shards, the product of its
 * axes' sizes. Devices that differ only along unused axes hold the same shard (partial
 * replication).
 *
 * @param mesh the devices
 * @param spec the axes that cut each dimension; all of them axes of the mesh
 */
public record NamedSharding(DeviceMesh mesh, PartitionSpec spec) {

  public NamedSharding {
    spec.dimensions().forEach(axes -> axes.forEach(mesh.mesh()::indexOf));
  }

  /** Returns into how many shards dimension {@code dimension} is cut. */
  public int tiles(int dimension) {
    if (dimension >= spec.dimensions().size()) {
      return 1;
    }
    return spec.dimensions().get(dimension).stream()
        .mapToInt(axis -> size(mesh.mesh().indexOf(axis)))
        .reduce(1, Math::multiplyExact);
  }

  /**
   * Returns the shape that each device holds.
   *
   * @param name what the tensor is called in a refusal
   * @param shape the shape of the whole tensor
   * @throws IllegalArgumentException if the spec has more dimensions than the tensor, or a
   *     dimension does not divide into equal shards
   */
  public List<Long> shardShape(String name, List<Long> shape) {
    Require.that(
        spec.dimensions().size() <= shape.size(),
        "PartitionSpec: " + name + " must have at least as many dimensions as its spec",
        shape);
    List<Long> shard = new ArrayList<>();
    for (int d = 0; d < shape.size(); d++) {
      Require.that(
          shape.get(d) % tiles(d) == 0,
          "PartitionSpec: dimension "
              + d
              + " of "
              + name
              + " must divide into "
              + tiles(d)
              + " equal shards; change the width or the mesh "
              + mesh.mesh(),
          shape.get(d));
      shard.add(shape.get(d) / tiles(d));
    }
    return shard;
  }

  /**
   * Returns the sharding of a tensor of rank {@code rank} as a serialized {@code xla.OpSharding}.
   *
   * @throws IllegalArgumentException if the spec has more dimensions than {@code rank}
   */
  public byte[] opSharding(int rank) {
    Require.that(
        spec.dimensions().size() <= rank,
        "PartitionSpec: the rank of the tensor must be at least " + spec.dimensions().size(),
        rank);
    List<Integer> cut = new ArrayList<>();
    spec.dimensions().forEach(axes -> axes.forEach(a -> cut.add(mesh.mesh().indexOf(a))));
    if (cut.stream().allMatch(axis -> size(axis) == 1)) {
      return OpSharding.newBuilder().setType(OpSharding.Type.REPLICATED).build().toByteArray();
    }
    OpSharding.Builder sharding = OpSharding.newBuilder().setType(OpSharding.Type.OTHER);
    int copies = mesh.devices().size();
    for (int d = 0; d < rank; d++) {
      sharding.addTileAssignmentDimensions(tiles(d));
      copies /= tiles(d);
    }
    if (copies > 1) {
      sharding.addTileAssignmentDimensions(copies).setReplicateOnLastTileDim(true);
    }
    tileDevices(cut).forEach(sharding::addTileAssignmentDevices);
    return sharding.build().toByteArray();
  }

  /** Lists the devices with the cutting axes slowest, in the order they cut, and the rest last. */
  private List<Integer> tileDevices(List<Integer> cut) {
    List<Integer> order = new ArrayList<>(cut);
    for (int axis = 0; axis < mesh.mesh().axes().size(); axis++) {
      if (!cut.contains(axis)) {
        order.add(axis);
      }
    }
    return new Grid(mesh.mesh().sizes()).walk(order).stream().map(mesh.devices()::get).toList();
  }

  private int size(int axis) {
    return mesh.mesh().axes().get(axis).size();
  }
}
