package org.tflion.optim;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;

/**
 * What the variables of one weight hold.
 *
 * @param values one for each of {@link Weight#parts}, in their order
 */
record Stored(List<Operand<?>> values) {

  Stored {
    values = List.copyOf(values);
  }

  static Stored of(Operand<?>... values) {
    return new Stored(List.of(values));
  }

  /** Adds a read of every variable of a weight. */
  static Stored read(Ops tf, Weight<?> weight) {
    List<Operand<?>> values = new ArrayList<>();
    weight.parts().forEach(part -> values.add(part.read(tf)));
    return new Stored(values);
  }

  /** The value of one variable. */
  @SuppressWarnings("unchecked") // whoever asks knows the types of the parts
  <T extends TNumber> Operand<T> get(int part) {
    return (Operand<T>) values.get(part);
  }

  Stored map(UnaryOperator<Operand<?>> exchange) {
    return new Stored(values.stream().<Operand<?>>map(exchange).toList());
  }

  /** Adds a write of every variable of a weight. */
  Op write(Ops tf, Weight<?> weight) {
    List<Op> writes = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      writes.add(write(tf, weight.parts().get(i), i));
    }
    return writes.size() == 1 ? writes.get(0) : tf.withControlDependencies(writes).noOp();
  }

  private <T extends TNumber> Op write(Ops tf, Weight<T> part, int value) {
    return part.assign(tf, get(value));
  }
}
