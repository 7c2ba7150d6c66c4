package org.tflion.train.model;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TNumber;

/** The types that layers compute in. */
public final class Types {

  private Types() {}

  /** A value in a type: itself, if it is of the type. */
  public static <C extends TNumber> Operand<C> cast(
      Ops tf, Operand<? extends TNumber> x, Class<C> type) {
    return x.type().equals(type) ? x.asOutput().expect(type) : tf.dtypes.cast(x, type);
  }

  /** A value of which it is known that it is a number. */
  @SuppressWarnings("unchecked")
  public static Operand<? extends TNumber> number(Operand<?> value) {
    return (Operand<? extends TNumber>) value;
  }

  /** A value in the type in which functions of it are accurate: bfloat16 becomes float32. */
  public static Operand<? extends TNumber> wide(Ops tf, Operand<? extends TNumber> x) {
    return x.type().equals(TBfloat16.class) ? tf.dtypes.cast(x, TFloat32.class) : x;
  }
}
