package org.tflion.train.shard;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TNumber;
import org.tflion.optim.Piece;
import org.tflion.train.shard.Partition.Part;

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
  private final Partition partition;
  private final Wire wire;
  private final Reader reader;
  private final List<List<Op>> used = new ArrayList<>();
  private final List<List<Op>> all = new ArrayList<>();
  private int parts;

  Gathers(List<Ops> each, Partition partition, Wire wire, Reader reader) {
    this.each = each;
    this.partition = partition;
    this.wire = wire;
    this.reader = reader;
    each.forEach(tf -> all.add(new ArrayList<>()));
  }

  @Override
  public List<Map<String, Operand<TFloat32>>> next(List<String> names) {
    List<Ops> late = parts < BEHIND ? each : after(used.get(parts - BEHIND));
    parts++;
    List<Map<String, Operand<TFloat32>>> owned = reader.read(late, names);
    List<Map<String, Operand<TFloat32>>> whole =
        each.size() == 1 ? owned : gather(late, names, owned);
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
      List<Ops> late, List<String> names, List<Map<String, Operand<TFloat32>>> owned) {
    List<Map<Integer, Map<String, Operand<TFloat32>>>> arrived = new ArrayList<>();
    each.forEach(tf -> arrived.add(new LinkedHashMap<>()));
    for (Parcel parcel : Parcel.of(partition, names)) {
      Ops owner = late.get(parcel.owner());
      List<Operand<? extends TNumber>> sent =
          wire.send(owner, parcel.pack(owner, owned.get(parcel.owner())));
      for (int k = 0; k < each.size(); k++) {
        Ops tf = each.get(k);
        arrived.get(k).put(parcel.owner(), parcel.unpack(tf, wire.receive(tf, sent)));
      }
    }
    List<Map<String, Operand<TFloat32>>> whole = new ArrayList<>();
    for (int k = 0; k < each.size(); k++) {
      whole.add(joined(each.get(k), names, arrived.get(k)));
    }
    return whole;
  }

  /** Whole values of the pieces of all owners. */
  private Map<String, Operand<TFloat32>> joined(
      Ops tf, List<String> names, Map<Integer, Map<String, Operand<TFloat32>>> arrived) {
    Map<String, Operand<TFloat32>> whole = new LinkedHashMap<>();
    for (String name : names) {
      List<Operand<TFloat32>> pieces = new ArrayList<>();
      List<Part> parts = partition.parts(name);
      for (Part part : parts) {
        pieces.add(Objects.requireNonNull(arrived.get(part.owner())).get(name));
      }
      int axis = parts.get(0).piece().map(Piece::axis).orElse(0);
      whole.put(name, pieces.size() == 1 ? pieces.get(0) : tf.concat(pieces, tf.constant(axis)));
    }
    return whole;
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
