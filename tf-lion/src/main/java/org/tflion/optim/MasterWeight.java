package org.tflion.optim;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;
import org.tensorflow.types.family.TType;

/**
 * A bfloat16 variable with a float32 master beside it: what the model reads is the master, rounded
 * to nearest even.
 *
 * <p>Where the variable is no longer that, because somebody gave it another value, the variable
 * counts. So a master needs no first value, and weights can be loaded without knowing of it.
 *
 * @param stored the variable
 * @param master zero at first
 */
record MasterWeight(Weight<TBfloat16> stored, Weight<TFloat32> master) implements Weight<TFloat32> {

  /** Name of the slot of masters. */
  static final String MASTER = "master";

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
  public Class<TFloat32> type() {
    return TFloat32.class;
  }

  @Override
  public List<Weight<?>> parts() {
    return List.of(stored, master);
  }

  @Override
  public Operand<TFloat32> decode(Ops tf, Stored values) {
    Operand<TFloat32> seen = tf.dtypes.cast(values.<TBfloat16>get(0), TFloat32.class);
    Operand<TFloat32> exact = values.get(1);
    // As integers: XLA takes the liberty to drop a rounding to bfloat16 and back.
    Operand<TInt32> rounded = Bfloat16Bits.nearest(tf, exact);
    var same = tf.math.equal(rounded, tf.bitcast(seen, TInt32.class));
    return tf.select(same, exact, seen);
  }

  @Override
  public Stored encode(Ops tf, Operand<TFloat32> value) {
    return Stored.of(tf.dtypes.cast(value, TBfloat16.class), value);
  }

  @Override
  public <S extends TNumber> Weight<S> sibling(Ops tf, String name, Shape shape, Class<S> type) {
    return stored.sibling(tf, name, shape, type);
  }
}
