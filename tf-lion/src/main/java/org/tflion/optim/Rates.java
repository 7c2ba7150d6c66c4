package org.tflion.optim;

import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat64;

/**
 * The rates of one rule in one update, scalars in double precision.
 *
 * @param learningRate of this update
 * @param weightDecay of this update
 */
record Rates(Operand<TFloat64> learningRate, Operand<TFloat64> weightDecay) {

  Rates map(UnaryOperator<Operand<TFloat64>> exchange) {
    return new Rates(exchange.apply(learningRate), exchange.apply(weightDecay));
  }
}
