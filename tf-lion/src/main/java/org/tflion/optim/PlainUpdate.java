package org.tflion.optim;

import java.util.ArrayList;
import java.util.List;
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
    List<Values<?>> fresh = new ArrayList<>();
    for (Trainable<?> trainable : trainables) {
      fresh.add(newValues(tf, trainable));
    }
    // Every new value must exist before anything is overwritten: several read the same old value,
    // and a gradient may be the very buffer of a reference variable.
    List<Op> all = new ArrayList<>();
    fresh.forEach(values -> all.addAll(values.byName().values()));
    Ops write = tf.withControlDependencies(tf.withControlDependencies(all).noOp());
    List<Op> writes = new ArrayList<>();
    for (int i = 0; i < fresh.size(); i++) {
      writes.addAll(assign(write, trainables.get(i), fresh.get(i)));
    }
    return writes;
  }

  private <T extends TNumber> Values<T> newValues(Ops tf, Trainable<T> trainable) {
    return step.apply(tf, trainable.weight(), trainable.gradient(), trainable.read(tf));
  }

  @SuppressWarnings("unchecked") // the values were made from this trainable
  private static <T extends TNumber> List<Op> assign(
      Ops tf, Trainable<T> trainable, Values<?> fresh) {
    List<Op> writes = new ArrayList<>();
    ((Values<T>) fresh)
        .byName()
        .forEach((name, value) -> writes.add(trainable.target(name).assign(tf, value)));
    return writes;
  }
}
