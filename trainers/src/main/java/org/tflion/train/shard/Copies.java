package org.tflion.train.shard;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TNumber;
import org.tflion.optim.Weight;
import org.tflion.train.shard.Partition.Part;

/**
 * Copies of all weights in every block of devices, renewed after each update, so that passes gather
 * them from no further than the block. Where a block is one device, they gather nothing.
 *
 * <p>A device copies what as many neighbours own as there are blocks: together the devices of a
 * block have everything.
 *
 * @param grid the blocks
 * @param blocks the copies of each block
 */
record Copies(Grid grid, List<Shards> blocks) {

  /** Adds the variables, which have values once {@link #renew} has run. */
  static Copies create(List<Ops> each, Grid grid, Partition partition) {
    Partition own = partition.joined(grid.copies());
    List<Shards> blocks = new ArrayList<>();
    for (int block = 0; block < grid.copies(); block++) {
      blocks.add(variables(grid.ofBlock(block, each), own));
    }
    return new Copies(grid, blocks);
  }

  private static Shards variables(List<Ops> each, Partition partition) {
    List<Map<String, Weight<TFloat32>>> byDevice = new ArrayList<>();
    each.forEach(tf -> byDevice.add(new LinkedHashMap<>()));
    partition
        .byName()
        .forEach(
            (name, parts) ->
                parts.forEach(
                    part -> byDevice.get(part.owner()).put(name, copy(each, name, part))));
    return new Shards(partition, byDevice);
  }

  private static Weight<TFloat32> copy(List<Ops> each, String name, Part part) {
    return Weight.resource(each.get(part.owner()), name + "-copy", part.shape(), TFloat32.class);
  }

  /** Whole weights from the copies of each block. */
  WholeWeights gathered(List<Ops> each, Wire wire) {
    List<WholeWeights> gathers = new ArrayList<>();
    for (int block = 0; block < blocks.size(); block++) {
      Shards copies = blocks.get(block);
      gathers.add(
          new Gathers(
              grid.ofBlock(block, each), grid.alone(), copies.partition(), wire, copies::read));
    }
    return new BlockWeights(grid, gathers);
  }

  /**
   * Adds the renewal of all copies by the weights as they are after some operation.
   *
   * @param after what must run before, or null for nothing
   */
  Op renew(List<Ops> each, Shards shards, Wire wire, @Nullable Op after) {
    List<Ops> late =
        after == null ? each : each.stream().map(tf -> tf.withControlDependencies(after)).toList();
    List<String> names = List.copyOf(shards.partition().byName().keySet());
    List<Map<String, Operand<TFloat32>>> owned = shards.read(late, names);
    List<Arrivals> arrived = late.stream().map(tf -> new Arrivals(tf, wire)).toList();
    for (Parcel parcel : Parcel.of(shards.partition(), names, Map.of(), 0, 1)) {
      Ops owner = late.get(parcel.owner());
      List<Operand<? extends TNumber>> sent =
          wire.send(owner, parcel.pack(owner, owned.get(parcel.owner())));
      for (int block = 0; block < grid.copies(); block++) {
        arrived.get(grid.keeper(block, parcel.owner())).add(parcel, sent);
      }
    }
    List<Op> renewed = new ArrayList<>();
    for (int k = 0; k < late.size(); k++) {
      Shards copies = blocks.get(k / grid.block());
      renewed.add(
          assigned(late.get(k), copies.byDevice().get(k % grid.block()), arrived.get(k).whole()));
    }
    return late.get(0).withControlDependencies(renewed).noOp();
  }

  private static Op assigned(
      Ops tf, Map<String, Weight<TFloat32>> copies, Map<String, Operand<TFloat32>> values) {
    List<Op> own = new ArrayList<>();
    copies.forEach(
        (name, copy) -> own.add(copy.assign(tf, Objects.requireNonNull(values.get(name), name))));
    return tf.withControlDependencies(own).noOp();
  }
}
