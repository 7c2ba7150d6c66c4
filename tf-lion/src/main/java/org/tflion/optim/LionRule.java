package org.tflion.optim;

import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;
import org.tflion.schedule.Schedule;

/**
 * The arithmetic of {@link Lion}.
 *
 * @param config its numbers
 */
public record LionRule(LionConfig config) implements Rule {

  /** Name of the only slot. */
  public static final String MOMENTUM = "momentum";

  @Override
  public String name() {
    return "Lion";
  }

  @Override
  public Schedule learningRate() {
    return config.learningRate();
  }

  @Override
  public Schedule weightDecay() {
    return config.weightDecay();
  }

  @Override
  public List<String> slots() {
    return List.of(MOMENTUM);
  }

  /**
   * Weight first, momentum second. Both new values read the old momentum, so one program that
   * writes the momentum in place must first copy it, a hidden temporary as large as the weight.
   */
  @Override
  public List<List<String>> programs() {
    return List.of(List.of(WEIGHT), List.of(MOMENTUM));
  }

  @Override
  public <T extends TNumber> Values<T> step(
      Ops tf, Hyper<T> hyper, Operand<T> weight, Operand<T> gradient, Values<T> slots) {
    Operand<T> momentum = slots.get(MOMENTUM);
    var direction = tf.math.sign(Elementwise.average(tf, config.beta1(), momentum, gradient));
    return new Values<>(
        Map.of(
            WEIGHT, hyper.move(tf, weight, direction),
            MOMENTUM, Elementwise.average(tf, config.beta2(), momentum, gradient)));
  }
}
