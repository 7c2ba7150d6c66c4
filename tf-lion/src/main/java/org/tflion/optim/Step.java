package org.tflion.optim;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;
import org.tflion.gradient.Clip;
import org.tflion.xla.FunctionCall;

/** One rule applied to one weight, with its gradient clipped and its decay masked. */
record Step(Rule rule, UpdateOptions options, UpdateScalars scalars) {

  /**
   * The new values of a weight and its slots.
   *
   * @param gradient before clipping
   * @param old values of the weight, under {@link Rule#WEIGHT}, and of its slots
   */
  <T extends TNumber> Values<T> apply(
      Ops tf, Weight<T> weight, Operand<T> gradient, Values<T> old) {
    Rule own = rule.of(weight.name());
    boolean decays = options.decayMask().decays(weight.name(), weight.shape());
    Operand<T> present = old.get(Rule.WEIGHT);
    Operand<T> clipped = scalars.clip(tf, gradient);
    for (Clip clip : options.clips()) {
      clipped = clip.apply(tf, present, clipped);
    }
    Values<T> fresh = own.step(tf, scalars.of(tf, own, weight, decays), present, clipped, old);
    Operand<T> kept = weight.rounded(tf, fresh.get(Rule.WEIGHT), scalars.update());
    return scalars.choose(tf, fresh.with(Rule.WEIGHT, kept), old);
  }

  /** Which program writes a value of a weight. */
  int program(Weight<?> weight, String name) {
    return rule.of(weight.name()).program(name);
  }

  /** The same step inside a function that is handed the scalars. */
  Step inside(FunctionCall program) {
    return new Step(rule, options, scalars.passed(program));
  }
}
