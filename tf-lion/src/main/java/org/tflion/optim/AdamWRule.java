package org.tflion.optim;

import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TNumber;
import org.tflion.schedule.Schedule;

/**
 * The arithmetic of {@link AdamW}.
 *
 * @param config its numbers
 */
public record AdamWRule(AdamWConfig config) implements Rule {

  /** Name of the slot of averaged gradients. */
  public static final String FIRST_MOMENT = "first_moment";

  /** Name of the slot of averaged squared gradients. */
  public static final String SECOND_MOMENT = "second_moment";

  @Override
  public String name() {
    return "AdamW";
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
    return List.of(FIRST_MOMENT, SECOND_MOMENT);
  }

  @Override
  public <T extends TNumber> Values<T> step(
      Ops tf, Hyper<T> hyper, Operand<T> weight, Operand<T> gradient, Values<T> slots) {
    var m = Elementwise.average(tf, config.beta1(), slots.get(FIRST_MOMENT), gradient);
    var square = tf.math.mul(gradient, gradient);
    var v = Elementwise.average(tf, config.beta2(), slots.get(SECOND_MOMENT), square);
    var mean = tf.math.div(m, unbias(tf, config.beta1(), hyper, weight));
    var root = tf.math.sqrt(tf.math.div(v, unbias(tf, config.beta2(), hyper, weight)));
    var epsilon = Elementwise.scalar(tf, config.epsilon(), weight);
    var direction = tf.math.div(mean, tf.math.add(root, epsilon));
    return new Values<>(
        Map.of(WEIGHT, hyper.move(tf, weight, direction), FIRST_MOMENT, m, SECOND_MOMENT, v));
  }

  /** {@code 1 - beta^t}, in double precision: in float32, 1 - 0.999 is wrong by 1e-5. */
  private static <T extends TNumber> Operand<T> unbias(
      Ops tf, double beta, Hyper<T> hyper, Operand<T> like) {
    Operand<TFloat64> power = tf.math.pow(tf.constant(beta), hyper.update());
    return tf.dtypes.cast(tf.math.sub(tf.constant(1.0), power), like.type());
  }
}
