package org.tflion.train.shard;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TNumber;
import org.tflion.train.model.Share;

/**
 * Gathers the weights of a model's parts from their owners on every device, each time anew.
 *
 * <p>A device sends what it owns of a part once it has itself used the weights of the part before
 * the last one. So it sends while it uses those of the last one. No device can use weights that
 * another has not sent, so none gets more than two parts ahead of another, and none holds more than
 * a few parts at once. Without that order, which control edges hold, every device would send
 * everything at the beginning.
 *
 * @see Reader where the values come from
 */
final class Gathers implements WholeWeights {

  /** How many parts a device is behind when it sends one: it uses one, and gets the next. */
  static final int BEHIND = 2;

  /** Reads what each device owns. */
  @FunctionalInterface
  interface Reader {

    /**
     * Adds the reads.
     *
     * @param each operations of each device
     * @param names of parameters, of which a device may own none
     * @return values for each device
     */
    List<Map<String, Operand<TFloat32>>> read(List<Ops> each, List<String> names);
  }

  private final List<Ops> each;
  private final Grid grid;
  private final Partition partition;
  private final Wire wire;
  private final Reader reader;
  private final List<List<Op>> used = new ArrayList<>();
  private final List<List<Op>> all = new ArrayList<>();
  private int parts;

  Gathers(List<Ops> each, Grid grid, Partition partition, Wire wire, Reader reader) {
    this.each = each;
    this.grid = grid;
    this.partition = partition;
    this.wire = wire;
    this.reader = reader;
    each.forEach(tf -> all.add(new ArrayList<>()));
  }

  @Override
  public List<Map<String, Operand<TFloat32>>> next(List<String> names, Map<String, Share> shares) {
    List<Ops> late = parts < BEHIND ? each : after(used.get(parts - BEHIND));
    parts++;
    List<Map<String, Operand<TFloat32>>> owned = reader.read(late, names);
    List<Map<String, Operand<TFloat32>>> whole =
        each.size() == 1 ? owned : gather(late, names, shares, owned);
    for (int k = 0; k < whole.size(); k++) {
      all.get(k).addAll(whole.get(k).values());
    }
    return whole;
  }

  private List<Ops> after(List<Op> made) {
    List<Ops> late = new ArrayList<>();
    for (int k = 0; k < each.size(); k++) {
      late.add(each.get(k).withControlDependencies(made.get(k)));
    }
    return late;
  }

  private List<Map<String, Operand<TFloat32>>> gather(
      List<Ops> late,
      List<String> names,
      Map<String, Share> shares,
      List<Map<String, Operand<TFloat32>>> owned) {
    List<Arrivals> arrived = each.stream().map(tf -> new Arrivals(tf, wire)).toList();
    for (int slot = 0; slot < grid.peers(); slot++) {
      for (Parcel parcel : Parcel.of(partition, names, shares, slot, grid.peers())) {
        Ops owner = late.get(parcel.owner());
        List<Operand<? extends TNumber>> sent =
            wire.send(owner, parcel.pack(owner, owned.get(parcel.owner())));
        for (int k = slot; k < each.size(); k += grid.peers()) {
          arrived.get(k).add(parcel, sent);
        }
      }
    }
    return arrived.stream().map(Arrivals::whole).toList();
  }

  @Override
  public void used(List<? extends Op> made) {
    used.add(List.copyOf(made));
  }

  @Override
  public List<List<Op>> all() {
    return all;
  }
}
