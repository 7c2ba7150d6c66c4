package org.tflion.optim;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TNumber;

/**
 * The numbers that all weights share in one update, scalars in double precision.
 *
 * @param learningRate of this update
 * @param weightDecay of this update
 * @param update its number, from 1
 * @param gradientScale factor on every gradient, or null where nothing is clipped
 */
record UpdateScalars(
    Operand<TFloat64> learningRate,
    Operand<TFloat64> weightDecay,
    Operand<TFloat64> update,
    @Nullable Operand<TFloat64> gradientScale) {

  /** These scalars as one weight's rule sees them. */
  <T extends TNumber> Hyper<T> of(Ops tf, Weight<T> weight, boolean decays) {
    Operand<T> decay = decays ? tf.dtypes.cast(weightDecay, weight.type()) : null;
    return new Hyper<>(tf.dtypes.cast(learningRate, weight.type()), decay, update);
  }

  /** The gradient after clipping. */
  <T extends TNumber> Operand<T> clip(Ops tf, Operand<T> gradient) {
    if (gradientScale == null) {
      return gradient;
    }
    return tf.math.mul(gradient, tf.dtypes.cast(gradientScale, gradient.type()));
  }

  /** Each scalar exchanged for another, as when handed into a function. */
  UpdateScalars map(UnaryOperator<Operand<TFloat64>> exchange) {
    return new UpdateScalars(
        exchange.apply(learningRate),
        exchange.apply(weightDecay),
        exchange.apply(update),
        gradientScale == null ? null : exchange.apply(gradientScale));
  }
}
