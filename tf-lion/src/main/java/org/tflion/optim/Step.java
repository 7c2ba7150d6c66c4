package org.tflion.optim;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;
import org.tflion.xla.FunctionCall;

/** One rule applied to one weight, with its gradient clipped and its decay masked. */
record Step(Rule rule, DecayMask mask, UpdateScalars scalars) {

  /**
   * The new values of a weight and its slots.
   *
   * @param gradient before clipping
   * @param old values of the weight, under {@link Rule#WEIGHT}, and of its slots
   */
  <T extends TNumber> Values<T> apply(
      Ops tf, Weight<T> weight, Operand<T> gradient, Values<T> old) {
    boolean decays = mask.decays(weight.name(), weight.shape());
    return rule.step(
        tf, scalars.of(tf, weight, decays), old.get(Rule.WEIGHT), scalars.clip(tf, gradient), old);
  }

  /** The same step inside a function that is handed the scalars. */
  Step inside(FunctionCall program) {
    return new Step(rule, mask, scalars.map(program::pass));
  }
}
