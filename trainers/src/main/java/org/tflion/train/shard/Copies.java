package org.tflion.train.shard;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tflion.optim.Weight;
import org.tflion.train.model.Model;
import org.tflion.train.model.Parameter;
import org.tflion.train.model.Parameters;

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

  /** Adds reads of the copies of a device. */
  Parameters<TFloat32> read(Ops tf, int device) {
    Map<String, Operand<TFloat32>> values = new LinkedHashMap<>();
    byDevice.get(device).forEach((name, copy) -> values.put(name, copy.read(tf)));
    return new Parameters<>(values);
  }

  /**
   * Adds the gathering of all weights, as they are after some operation.
   *
   * @param after what must run before, or null for nothing
   */
  Op renew(List<Ops> each, Shards shards, @Nullable Op after) {
    List<Ops> late =
        after == null ? each : each.stream().map(tf -> tf.withControlDependencies(after)).toList();
    List<Map<String, Operand<TFloat32>>> pieces = shards.read(late);
    List<Op> renewed = new ArrayList<>();
    for (int k = 0; k < late.size(); k++) {
      Ops tf = late.get(k);
      Parameters<TFloat32> whole = shards.gather(tf, pieces);
      List<Op> own = new ArrayList<>();
      byDevice.get(k).forEach((name, copy) -> own.add(copy.assign(tf, whole.get(name))));
      renewed.add(tf.withControlDependencies(own).noOp());
    }
    return late.get(0).withControlDependencies(renewed).noOp();
  }
}
