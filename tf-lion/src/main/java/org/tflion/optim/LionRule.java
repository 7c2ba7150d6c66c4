package org.tflion.optim;

import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
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

  /** Liang et al. (2024), their code: no weight moves more than a thousandfold. */
  private static final double LEAST_SHARE = 1e-3;

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
  public List<Slot> slots(Shape weight) {
    return List.of(new Slot(MOMENTUM, weight, config.momentum()));
  }

  /**
   * Weight first, momentum second: the old weight is gone when the new momentum comes, and at no
   * time is there more than one copy beside the state itself.
   */
  @Override
  public int program(String name) {
    return name.equals(MOMENTUM) ? 1 : 0;
  }

  @Override
  public boolean takesPieces() {
    return true;
  }

  @Override
  public <T extends TNumber> Values<T> step(
      Ops tf, Hyper<T> hyper, Operand<T> weight, Operand<T> gradient, Values<T> slots) {
    Operand<T> momentum = slots.get(MOMENTUM);
    var blend = Elementwise.average(tf, config.beta1(), momentum, gradient);
    Operand<T> direction = direction(tf, blend);
    if (config.cautious()) {
      direction = cautious(tf, hyper, direction, gradient);
    }
    return new Values<>(
        Map.of(
            WEIGHT, hyper.move(tf, weight, direction),
            MOMENTUM, Elementwise.average(tf, config.beta2(), momentum, gradient)));
  }

  private <T extends TNumber> Operand<T> direction(Ops tf, Operand<T> blend) {
    return switch (config.direction()) {
      case SIGN -> tf.math.sign(blend);
      case SMOOTH -> tf.math.tanh(blend);
      case REFINED -> {
        var one = Elementwise.scalar(tf, 1, blend);
        var small = tf.math.less(tf.math.abs(blend), one);
        yield tf.select(small, blend, tf.math.sign(blend));
      }
    };
  }

  /**
   * Zero where the gradient disagrees, and the rest longer by the share that is left, so that the
   * whole weight moves as far as before.
   *
   * @see <a href="https://arxiv.org/abs/2411.16085">Liang et al., 2024</a>
   */
  private static <T extends TNumber> Operand<T> cautious(
      Ops tf, Hyper<T> hyper, Operand<T> direction, Operand<T> gradient) {
    var agree =
        tf.math.greater(tf.math.mul(direction, gradient), Elementwise.scalar(tf, 0, direction));
    var mask = tf.dtypes.cast(agree, direction.type());
    var share =
        tf.math.maximum(
            hyper.whole().mean(tf, mask), Elementwise.scalar(tf, LEAST_SHARE, mask)); // []
    return tf.math.div(tf.math.mul(direction, mask), share);
  }
}
