package org.tflion.optim;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;

/** An update as ordinary graph operations, the path that the compiled one is compared to. */
record PlainUpdate(Step step) {

  /**
   * Adds the writes of one weight and its slots.
   *
   * @param tf carries control dependencies on all gradients
   */
  <T extends TNumber> List<Op> add(Ops tf, Trainable<T> trainable) {
    Values<T> fresh = step.apply(tf, trainable.weight(), trainable.gradient(), trainable.read(tf));
    // Every new value must exist before anything is overwritten: several read the same old value.
    Ops write = tf.withControlDependencies(List.<Op>copyOf(fresh.byName().values()));
    List<Op> writes = new ArrayList<>();
    fresh
        .byName()
        .forEach((name, value) -> writes.add(trainable.target(name).assign(write, value)));
    return writes;
  }
}
