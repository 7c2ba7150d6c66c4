package org.tflion.optim;

import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;
import org.tflion.schedule.Schedule;

/**
 * The arithmetic of {@link SgdMomentum}.
 *
 * @param config its numbers
 */
public record SgdMomentumRule(SgdMomentumConfig config) implements Rule {

  /** Name of the only slot. */
  public static final String MOMENTUM = "momentum";

  @Override
  public String name() {
    return "SgdMomentum";
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
  public List<Slot> slots(Shape weight) {
    return List.of(Slot.of(MOMENTUM, weight));
  }

  @Override
  public boolean takesPieces() {
    return true;
  }

  @Override
  public <T extends TNumber> Values<T> step(
      Ops tf, Hyper<T> hyper, Operand<T> weight, Operand<T> gradient, Values<T> slots) {
    var kept = tf.math.mul(Elementwise.scalar(tf, config.momentum(), weight), slots.get(MOMENTUM));
    var m = tf.math.add(gradient, kept);
    return new Values<>(Map.of(WEIGHT, hyper.move(tf, weight, m), MOMENTUM, m));
  }
}
