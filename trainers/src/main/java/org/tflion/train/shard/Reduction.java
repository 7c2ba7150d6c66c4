package org.tflion.train.shard;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tflion.train.model.Share;

/**
 * Adds up what all devices made of the gradients by a model's weights, each piece at its owner.
 *
 * <p>A gradient is sliced where it was made, so that each device sends to an owner no more than the
 * owner needs. Sums are of float32, also where numbers travel as bfloat16. Devices of a block add
 * up what they made before one of them sends it on to another block.
 */
final class Reduction {

  private final List<Ops> each;
  private final Grid grid;
  private final Partition partition;
  private final Wire wire;
  private final Predicate<String> wanted;
  private final List<Map<String, Operand<TFloat32>>> sums = new ArrayList<>();

  /**
   * Starts with no sums.
   *
   * @param wanted names of the parameters whose gradients are needed
   */
  Reduction(List<Ops> each, Grid grid, Partition partition, Wire wire, Predicate<String> wanted) {
    this.each = each;
    this.grid = grid;
    this.partition = partition;
    this.wire = wire;
    this.wanted = wanted;
    each.forEach(tf -> sums.add(new LinkedHashMap<>()));
  }

  /** A window of a part, summed over the devices that had it. */
  private record Summed(Window window, Operand<TFloat32> value) {}

  /**
   * Adds the sums of one part of a model that peers shared; what an earlier part has made of the
   * same parameter is added to it.
   *
   * @param shares of the parameters that peers did not have whole
   * @param made by each device: gradients by the names of the parameters
   */
  void add(Map<String, Share> shares, List<Map<String, Output<TFloat32>>> made) {
    add(shares, made, grid.peers());
  }

  /** The same of a part that all peers did alike, so that what one of them made counts. */
  void addOnce(List<Map<String, Output<TFloat32>>> made) {
    add(Map.of(), made, 1);
  }

  private void add(
      Map<String, Share> shares, List<Map<String, Output<TFloat32>>> made, int counted) {
    List<String> names = made.get(0).keySet().stream().filter(wanted).toList();
    if (each.size() == 1) {
      for (String name : names) {
        add(0, name, Objects.requireNonNull(made.get(0).get(name), name));
      }
      return;
    }
    List<Map<String, List<Summed>>> byOwner = new ArrayList<>();
    each.forEach(tf -> byOwner.add(new LinkedHashMap<>()));
    for (int slot = 0; slot < counted; slot++) {
      for (Parcel parcel : Parcel.of(partition, names, shares, slot, grid.peers())) {
        sum(slot, parcel, made, byOwner.get(parcel.owner()));
      }
    }
    for (int k = 0; k < each.size(); k++) {
      int owner = k;
      byOwner
          .get(k)
          .forEach(
              (name, windows) ->
                  add(owner, name, part(each.get(owner), shares.get(name), windows)));
    }
  }

  private void sum(
      int slot,
      Parcel parcel,
      List<Map<String, Output<TFloat32>>> made,
      Map<String, List<Summed>> sums) {
    Ops owner = each.get(parcel.owner());
    List<Operand<TFloat32>> arrived = new ArrayList<>();
    for (int block = 0; block < grid.copies(); block++) {
      arrived.add(ofBlock(block, slot, parcel, made));
    }
    List<Operand<TFloat32>> values = parcel.unpack(owner, added(owner, arrived));
    for (int i = 0; i < values.size(); i++) {
      Parcel.Content content = parcel.contents().get(i);
      sums.computeIfAbsent(content.name(), name -> new ArrayList<>())
          .add(new Summed(content.window(), values.get(i)));
    }
  }

  /** What one block makes of a parcel, at its owner: one message, however many devices made it. */
  private Operand<TFloat32> ofBlock(
      int block, int slot, Parcel parcel, List<Map<String, Output<TFloat32>>> made) {
    int first = block * grid.block() + slot;
    boolean several = grid.block() > grid.peers();
    int keeper = several ? grid.keeper(block, parcel.owner()) : first;
    List<Operand<TFloat32>> arrived = new ArrayList<>();
    for (int j = first; j < (block + 1) * grid.block(); j += grid.peers()) {
      Operand<TFloat32> cut = parcel.cut(each.get(j), made.get(j));
      arrived.add(several ? sent(j, keeper, cut) : cut);
    }
    Operand<TFloat32> sum = added(each.get(keeper), arrived);
    return several && keeper == parcel.owner() ? sum : sent(keeper, parcel.owner(), sum);
  }

  private Operand<TFloat32> sent(int from, int to, Operand<TFloat32> vector) {
    return wire.receive(each.get(to), wire.send(each.get(from), vector));
  }

  private static Operand<TFloat32> added(Ops tf, List<Operand<TFloat32>> values) {
    return values.size() == 1 ? values.get(0) : tf.math.addN(values);
  }

  /** An owner's part, of the windows of all peers. */
  private static Operand<TFloat32> part(Ops tf, @Nullable Share share, List<Summed> windows) {
    if (windows.size() == 1 && windows.get(0).window().ranges().size() == 1) {
      return windows.get(0).value();
    }
    if (share == null || share.kind() != Share.Kind.CUT) {
      return tf.math.addN(windows.stream().map(Summed::value).toList());
    }
    Map<Long, Operand<TFloat32>> ranges = new TreeMap<>();
    for (Summed summed : windows) {
      Window window = summed.window();
      long at = 0;
      for (Window.Range range : window.ranges()) {
        Window.Range inside = new Window.Range(at, range.length());
        ranges.put(range.start(), Window.rows(tf, summed.value(), window.axis(), inside));
        at += range.length();
      }
    }
    return tf.concat(List.copyOf(ranges.values()), tf.constant(windows.get(0).window().axis()));
  }

  private void add(int owner, String name, Operand<TFloat32> sum) {
    sums.get(owner).merge(name, sum, each.get(owner).math::add);
  }

  /** The sums at each device, by the names of the parameters. */
  List<Map<String, Operand<TFloat32>>> sums() {
    return sums;
  }
}
