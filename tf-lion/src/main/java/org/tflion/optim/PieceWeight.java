package org.tflion.optim;

import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TNumber;
import org.tensorflow.types.family.TType;

/**
 * A variable that holds a part of a weight; to rules and masks it goes by the weight's name.
 *
 * @param stored the variable
 * @param name of the whole weight
 * @param part what the variable holds of it
 */
record PieceWeight<T extends TNumber>(Weight<T> stored, String name, Piece part)
    implements Weight<T> {

  @Override
  public Optional<Piece> piece() {
    return Optional.of(part);
  }

  @Override
  public Output<? extends TType> variable() {
    return stored.variable();
  }

  @Override
  public Shape shape() {
    return stored.shape();
  }

  @Override
  public Class<T> type() {
    return stored.type();
  }

  @Override
  public List<Weight<?>> parts() {
    return stored.parts();
  }

  @Override
  public Operand<T> decode(Ops tf, Stored values) {
    return stored.decode(tf, values);
  }

  @Override
  public Stored encode(Ops tf, Operand<T> value) {
    return stored.encode(tf, value);
  }

  @Override
  public Operand<T> rounded(Ops tf, Operand<T> value, Operand<TFloat64> update) {
    return stored.rounded(tf, value, update);
  }

  @Override
  public <S extends TNumber> Weight<S> sibling(Ops tf, String unique, Shape shape, Class<S> type) {
    return stored.sibling(tf, unique, shape, type);
  }
}
