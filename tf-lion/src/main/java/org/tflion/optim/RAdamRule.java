package org.tflion.optim;

import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TNumber;
import org.tflion.schedule.Schedule;

/**
 * The arithmetic of {@link RAdam}.
 *
 * @param config its numbers
 */
public record RAdamRule(RAdamConfig config) implements Rule {

  /** Name of the slot of averaged gradients. */
  public static final String FIRST_MOMENT = "first_moment";

  /** Name of the slot of averaged squared gradients. */
  public static final String SECOND_MOMENT = "second_moment";

  /** Liu et al. (2019) derive 4; their code and everyone's since asks for 5. */
  private static final double THRESHOLD = 5;

  @Override
  public String name() {
    return "RAdam";
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
    var square = tf.math.mul(gradient, gradient);
    var v = Elementwise.average(tf, config.beta2(), slots.get(SECOND_MOMENT), square);
    var mean = tf.math.div(m, hyper.unbias(tf, config.beta1()));
    var divided =
        Elementwise.overRoot(
            tf, mean, tf.math.div(v, hyper.unbias(tf, config.beta2())), config.epsilon());
    var rho = rho(tf, hyper.update()); // []
    var rectified = tf.math.mul(tf.dtypes.cast(rectification(tf, rho), weight.type()), divided);
    var direction = tf.select(tf.math.greaterEqual(rho, tf.constant(THRESHOLD)), rectified, mean);
    return new Values<>(
        Map.of(WEIGHT, hyper.move(tf, weight, direction), FIRST_MOMENT, m, SECOND_MOMENT, v));
  }

  private Operand<TFloat64> rho(Ops tf, Operand<TFloat64> t) {
    var power = tf.math.pow(tf.constant(config.beta2()), t);
    var lost = tf.math.div(tf.math.mul(t, power), tf.math.sub(tf.constant(1.0), power));
    return tf.math.sub(tf.constant(largestRho()), tf.math.mul(tf.constant(2.0), lost)); // []
  }

  /** Not a number below rho = 4, where it is not used. */
  private Operand<TFloat64> rectification(Ops tf, Operand<TFloat64> rho) {
    double largest = largestRho();
    double factor = largest / ((largest - 4) * (largest - 2));
    var four = tf.math.sub(rho, tf.constant(4.0));
    var two = tf.math.sub(rho, tf.constant(2.0));
    var ratio = tf.math.div(tf.math.mul(four, two), rho);
    return tf.math.sqrt(tf.math.mul(tf.constant(factor), ratio)); // []
  }

  private double largestRho() {
    return 2 / (1 - config.beta2()) - 1;
  }
}
