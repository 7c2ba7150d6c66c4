package org.tflion.optim;

import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;
import org.tflion.schedule.Schedule;

/**
 * The arithmetic of {@link AdaBelief}.
 *
 * @param config its numbers
 */
public record AdaBeliefRule(AdaBeliefConfig config) implements Rule {

  /** Name of the slot of averaged gradients. */
  public static final String FIRST_MOMENT = "first_moment";

  /** Name of the slot of averaged squared distances from the mean. */
  public static final String SECOND_MOMENT = "second_moment";

  @Override
  public String name() {
    return "AdaBelief";
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
    return List.of(Slot.of(FIRST_MOMENT, weight), Slot.of(SECOND_MOMENT, weight));
  }

  @Override
  public boolean takesPieces() {
    return true;
  }

  @Override
  public <T extends TNumber> Values<T> step(
      Ops tf, Hyper<T> hyper, Operand<T> weight, Operand<T> gradient, Values<T> slots) {
    var m = Elementwise.average(tf, config.beta1(), slots.get(FIRST_MOMENT), gradient);
    var surprise = tf.math.sub(gradient, m);
    var square = tf.math.mul(surprise, surprise);
    var average = Elementwise.average(tf, config.beta2(), slots.get(SECOND_MOMENT), square);
    var v = tf.math.add(average, Elementwise.scalar(tf, config.epsilonRoot(), weight));
    var direction =
        Elementwise.overRoot(
            tf,
            tf.math.div(m, hyper.unbias(tf, config.beta1())),
            tf.math.div(v, hyper.unbias(tf, config.beta2())),
            config.epsilon());
    return new Values<>(
        Map.of(WEIGHT, hyper.move(tf, weight, direction), FIRST_MOMENT, m, SECOND_MOMENT, v));
  }
}
