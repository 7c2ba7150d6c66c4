package org.tflion.optim;

import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.family.TNumber;

/**
 * A reference variable ({@code VariableV2}), the kind that TensorFlow Java's {@code tf.variable}
 * makes. Reading it gives its buffer, not a copy: whoever writes must wait for every reader.
 */
record RefWeight<T extends TNumber>(Output<T> variable, Class<T> type) implements Weight<T> {

  static final String OP = "VariableV2";

  static RefWeight<?> of(GraphOperation op) {
    return of(op, VariableType.of(op));
  }

  static <S extends TNumber> RefWeight<S> of(GraphOperation op, Class<S> type) {
    VariableType.requireKnown(op.name(), op.<S>output(0).shape());
    return new RefWeight<>(op.output(0), type);
  }

  @Override
  public String name() {
    return variable.op().name();
  }

  @Override
  public Shape shape() {
    return variable.shape();
  }

  @Override
  public Operand<T> decode(Ops tf, Stored stored) {
    return stored.get(0);
  }

  @Override
  public Stored encode(Ops tf, Operand<T> value) {
    return Stored.of(value);
  }

  @Override
  public Operand<T> read(Ops tf) {
    // Never hand out the reference itself: C++ gradients and function calls crash or refuse it.
    return tf.identity(variable);
  }

  @Override
  public Op assign(Ops tf, Operand<T> value) {
    return tf.assign(variable, value);
  }

  @Override
  public <S extends TNumber> Weight<S> sibling(Ops tf, String name, Shape shape, Class<S> type) {
    Ops init = tf.withInitScope();
    Variable<S> made = init.withName(name).variable(shape, type);
    init.assign(made, init.zeros(init.constant(shape), type));
    return new RefWeight<>(made.asOutput(), type);
  }
}
