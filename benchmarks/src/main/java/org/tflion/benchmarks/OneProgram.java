package org.tflion.benchmarks;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;
import org.tflion.optim.Hyper;
import org.tflion.optim.Rule;
import org.tflion.optim.Slot;
import org.tflion.optim.Values;
import org.tflion.schedule.Schedule;

/**
 * A rule whose new values are all written by a single program, to measure what that costs.
 *
 * @param rule the arithmetic
 */
record OneProgram(Rule rule) implements Rule {

  @Override
  public String name() {
    return rule.name();
  }

  @Override
  public Schedule learningRate() {
    return rule.learningRate();
  }

  @Override
  public Schedule weightDecay() {
    return rule.weightDecay();
  }

  @Override
  public List<Slot> slots(Shape weight) {
    return rule.slots(weight);
  }

  @Override
  public <T extends TNumber> Values<T> step(
      Ops tf, Hyper<T> hyper, Operand<T> weight, Operand<T> gradient, Values<T> slots) {
    return rule.step(tf, hyper, weight, gradient, slots);
  }
}
