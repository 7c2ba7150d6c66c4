package org.tflion.optim;

import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Operands;
import org.tensorflow.op.Ops;
import org.tensorflow.op.Scope;
import org.tensorflow.types.family.TNumber;
import org.tensorflow.types.family.TType;

/** A resource variable ({@code VarHandleOp}); a write takes over a new buffer, without a copy. */
record ResourceWeight<T extends TNumber>(
    Output<? extends TType> variable, Shape shape, Class<T> type) implements Weight<T> {

  static final String OP = "VarHandleOp";

  static ResourceWeight<?> of(GraphOperation op) {
    return of(op, VariableType.of(op));
  }

  static <S extends TNumber> ResourceWeight<S> of(GraphOperation op, Class<S> type) {
    Shape shape = op.attributes().getAttrShape("shape");
    VariableType.requireKnown(op.name(), shape);
    return new ResourceWeight<>(op.output(0), shape, type);
  }

  @Override
  public String name() {
    return variable.op().name();
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
    Operand<T> value = tf.readVariableOp(variable, type);
    // Inside a function a read has no static shape, which gradients and XLA need. EnsureShape has
    // no gradient, so a model must differentiate by what this returns, not through it.
    return value.shape().hasUnknownDimension() ? tf.ensureShape(value, shape) : value;
  }

  @Override
  public Op assign(Ops tf, Operand<T> value) {
    return tf.assignVariableOp(variable, value);
  }

  @Override
  public <S extends TNumber> Weight<S> sibling(Ops tf, String name, Shape shape, Class<S> type) {
    Ops init = tf.withInitScope();
    ResourceWeight<S> made = create(init, name, shape, type);
    made.clear(init);
    return made;
  }

  static <S extends TNumber> ResourceWeight<S> create(
      Ops tf, String name, Shape shape, Class<S> type) {
    VariableType.requireKnown(name, shape);
    Scope scope = tf.scope().withName(name);
    String unique = scope.makeOpName(OP);
    // The shared name is the identity of the state within a session: two handles with one name
    // would be one variable, so it has to be the unique name of the operation.
    OperationBuilder handle = scope.env().opBuilder(OP, unique, scope);
    scope.apply(handle);
    handle.setAttr("dtype", Operands.toDataType(type));
    handle.setAttr("shape", shape);
    handle.setAttr("shared_name", unique);
    return new ResourceWeight<>(handle.build().output(0), shape, type);
  }
}
