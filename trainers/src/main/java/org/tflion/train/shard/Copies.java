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
import org.tflion.optim.Weight;
import org.tflion.train.model.Model;
import org.tflion.train.model.Parameter;
import org.tflion.train.model.Share;

/**
 * A copy of all weights on every device, gathered once after each update and not for every pass.
 *
 * @param byDevice the copies of each device by the names of the weights
 */
record Copies(List<Map<String, Weight<TFloat32>>> byDevice) {

  /** Adds the variables, which have values once {@link #renew} has run. */
  static Copies create(List<Ops> each, Model model, Shards shards) {
    List<Map<String, Weight<TFloat32>>> byDevice = new ArrayList<>();
    for (Ops tf : each) {
      Map<String, Weight<TFloat32>> own = new LinkedHashMap<>();
      for (Parameter parameter : model.parameters()) {
        own.put(
            parameter.name(),
            Weight.resource(tf, parameter.name() + "-copy", parameter.shape(), TFloat32.class));
      }
      byDevice.add(own);
    }
    return new Copies(byDevice);
  }

  /** The copies as they are; they lie on every device. */
  WholeWeights read(List<Ops> each) {
    List<List<Op>> all = new ArrayList<>();
    each.forEach(tf -> all.add(new ArrayList<>()));
    return new WholeWeights() {

      @Override
      public List<Map<String, Operand<TFloat32>>> next(
          List<String> names, Map<String, Share> shares) {
        List<Map<String, Operand<TFloat32>>> values = new ArrayList<>();
        for (int k = 0; k < each.size(); k++) {
          Map<String, Operand<TFloat32>> own = new LinkedHashMap<>();
          for (String name : names) {
            own.put(name, Objects.requireNonNull(byDevice.get(k).get(name)).read(each.get(k)));
          }
          all.get(k).addAll(own.values());
          values.add(own);
        }
        return values;
      }

      @Override
      public void used(List<? extends Op> made) {}

      @Override
      public List<List<Op>> all() {
        return all;
      }
    };
  }

  /**
   * Adds the gathering of all weights, as they are after some operation.
   *
   * @param after what must run before, or null for nothing
   */
  Op renew(List<Ops> each, Shards shards, Wire wire, @Nullable Op after) {
    List<Ops> late =
        after == null ? each : each.stream().map(tf -> tf.withControlDependencies(after)).toList();
    List<String> names = List.copyOf(byDevice.get(0).keySet());
    List<Map<String, Operand<TFloat32>>> whole =
        new Gathers(late, new Grid(late.size(), 1), shards.partition(), wire, shards::read)
            .next(names, Map.of());
    List<Op> renewed = new ArrayList<>();
    for (int k = 0; k < late.size(); k++) {
      Ops tf = late.get(k);
      Map<String, Operand<TFloat32>> values = whole.get(k);
      List<Op> own = new ArrayList<>();
      byDevice
          .get(k)
          .forEach(
              (name, copy) -> own.add(copy.assign(tf, Objects.requireNonNull(values.get(name)))));
      renewed.add(tf.withControlDependencies(own).noOp());
    }
    return late.get(0).withControlDependencies(renewed).noOp();
  }
}
