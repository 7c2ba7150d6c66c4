package org.tflion.optim;

import java.util.List;
import java.util.OptionalLong;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;
import org.tensorflow.types.family.TType;

/**
 * A variable whose values are of one type and are kept as bfloat16, rounded to nearest even or, as
 * a weight, up or down by chance, so that steps far below its precision add up on average.
 *
 * <p>Chance is a function of the seed, the variable's name, the number of the update and the place
 * of the value: a run that is repeated or resumed rounds alike.
 *
 * @param stored the variable
 * @param type of the values
 * @param seed of chance, or empty to round to nearest
 */
record Bfloat16Weight<T extends TNumber>(Weight<TBfloat16> stored, Class<T> type, OptionalLong seed)
    implements Weight<T> {

  /** Knuth (1998), section 3.3.4, table 1: a multiplier that spreads names over all seeds. */
  private static final long SPREAD = 6364136223846793005L;

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

  /** Exact for what {@link #rounded} returns by chance. */
  @Override
  public Stored encode(Ops tf, Operand<T> value) {
    return Stored.of(tf.dtypes.cast(value, TBfloat16.class));
  }

  @Override
  public Operand<T> rounded(Ops tf, Operand<T> value, Operand<TFloat64> update) {
    if (seed.isEmpty()) {
      return value;
    }
    long spread = (seed.getAsLong() + name().hashCode()) * SPREAD;
    var own = tf.constant((int) (spread >>> Integer.SIZE));
    var key = tf.stack(List.of(own, tf.dtypes.cast(update, TInt32.class))); // [2]
    var places = tf.constant(shape().asArray());
    var random = tf.random.statelessRandomUniformFullInt(places, key, TInt32.class);
    var single = tf.dtypes.cast(value, TFloat32.class);
    return tf.dtypes.cast(Bfloat16Bits.stochastic(tf, single, random), type);
  }

  @Override
  public <S extends TNumber> Weight<S> sibling(Ops tf, String name, Shape shape, Class<S> type) {
    return stored.sibling(tf, name, shape, type);
  }
}
