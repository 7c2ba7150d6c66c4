package org.tflion.train.shard;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Adds up what all devices made of the gradients by a model's weights, each piece at its owner.
 *
 * <p>A gradient is sliced where it was made, so that each device sends to an owner no more than the
 * owner needs. Sums are of float32, also where numbers travel as bfloat16.
 */
final class Reduction {

  private final List<Ops> each;
  private final Partition partition;
  private final Wire wire;
  private final Predicate<String> wanted;
  private final List<Map<String, Operand<TFloat32>>> sums = new ArrayList<>();

  /**
   * Starts with no sums.
   *
   * @param wanted names of the parameters whose gradients are needed
   */
  Reduction(List<Ops> each, Partition partition, Wire wire, Predicate<String> wanted) {
    this.each = each;
    this.partition = partition;
    this.wire = wire;
    this.wanted = wanted;
    each.forEach(tf -> sums.add(new LinkedHashMap<>()));
  }

  /**
   * Adds the sums of one part of a model; what an earlier part has made of the same parameter is
   * added to it.
   *
   * @param made by each device: whole gradients by the names of the parameters
   */
  void add(List<Map<String, Output<TFloat32>>> made) {
    List<String> names = made.get(0).keySet().stream().filter(wanted).toList();
    if (each.size() == 1) {
      names.forEach(name -> add(0, name, Objects.requireNonNull(made.get(0).get(name), name)));
      return;
    }
    for (Parcel parcel : Parcel.of(partition, names)) {
      Ops owner = each.get(parcel.owner());
      List<Operand<TFloat32>> arrived = new ArrayList<>();
      for (int j = 0; j < each.size(); j++) {
        Ops tf = each.get(j);
        arrived.add(wire.receive(owner, wire.send(tf, parcel.cut(tf, made.get(j)))));
      }
      parcel
          .unpack(owner, owner.math.addN(arrived))
          .forEach((name, sum) -> add(parcel.owner(), name, sum));
    }
  }

  private void add(int owner, String name, Operand<TFloat32> sum) {
    sums.get(owner).merge(name, sum, each.get(owner).math::add);
  }

  /** The sums at each device, by the names of the parameters. */
  List<Map<String, Operand<TFloat32>>> sums() {
    return sums;
  }
}
