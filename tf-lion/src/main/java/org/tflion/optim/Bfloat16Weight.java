package org.tflion.optim;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.family.TNumber;
import org.tensorflow.types.family.TType;

/**
 * A variable whose values are of one type and are kept as bfloat16, rounded to nearest even.
 *
 * @param stored the variable
 * @param type of the values
 */
record Bfloat16Weight<T extends TNumber>(Weight<TBfloat16> stored, Class<T> type)
    implements Weight<T> {

  @Override
  public String name() {
    return stored.name();
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
  public List<Weight<?>> parts() {
    return List.of(stored);
  }

  @Override
  public Operand<T> decode(Ops tf, Stored values) {
    return tf.dtypes.cast(values.<TBfloat16>get(0), type);
  }

  @Override
  public Stored encode(Ops tf, Operand<T> value) {
    return Stored.of(tf.dtypes.cast(value, TBfloat16.class));
  }

  @Override
  public <S extends TNumber> Weight<S> sibling(Ops tf, String name, Shape shape, Class<S> type) {
    return stored.sibling(tf, name, shape, type);
  }
}
