package org.tflion.optim;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;

/** An update as ordinary graph operations, the path that the compiled one is compared to. */
record PlainUpdate(Step step) {

  /**
   * Adds the writes of all weights and slots.
   *
   * @param tf carries control dependencies on all gradients
   */
  List<Op> add(Ops tf, List<Trainable<?>> trainables) {
    List<Map<Weight<?>, Stored>> fresh = new ArrayList<>();
    for (Trainable<?> trainable : trainables) {
      fresh.add(newValues(tf, trainable));
    }
    // Every new value must exist before anything is overwritten: several read the same old value,
    // and a gradient may be the very buffer of a reference variable.
    List<Op> all = new ArrayList<>();
    fresh.forEach(values -> values.values().forEach(stored -> all.addAll(stored.values())));
    Ops write = tf.withControlDependencies(tf.withControlDependencies(all).noOp());
    List<Op> writes = new ArrayList<>();
    fresh.forEach(
        values -> values.forEach((target, stored) -> writes.add(stored.write(write, target))));
    return writes;
  }

  private <T extends TNumber> Map<Weight<?>, Stored> newValues(Ops tf, Trainable<T> trainable) {
    Map<Weight<?>, Stored> stored = new LinkedHashMap<>();
    step.apply(tf, trainable.weight(), trainable.gradient(), trainable.read(tf))
        .byName()
        .forEach(
            (name, value) -> {
              Weight<T> target = trainable.target(name);
              stored.put(target, target.encode(tf, value));
            });
    return stored;
  }
}
