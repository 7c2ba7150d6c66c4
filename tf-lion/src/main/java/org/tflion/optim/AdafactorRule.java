package org.tflion.optim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TNumber;
import org.tflion.schedule.Schedule;

/**
 * The arithmetic of {@link Adafactor}.
 *
 * @param config its numbers
 */
public record AdafactorRule(AdafactorConfig config) implements Rule {

  /** Name of the slot of second moments averaged over the largest axis. */
  public static final String ROW = "row";

  /** Name of the slot of second moments averaged over the second largest axis. */
  public static final String COLUMN = "column";

  /** Name of the slot of second moments that are not factored. */
  public static final String SECOND_MOMENT = "second_moment";

  /** Name of the slot of averaged updates, kept only if there is momentum. */
  public static final String MOMENTUM = "momentum";

  /** Shazeer and Stern (2018), section 7.2: the exponent of the second moment's decay. */
  private static final double DECAY_EXPONENT = -0.8;

  /** Shazeer and Stern (2018), Algorithm 4: epsilon 1. */
  private static final double EPSILON = 1e-30;

  /** Shazeer and Stern (2018), Algorithm 4: epsilon 2, the least size of a weight. */
  private static final double LEAST_SCALE = 1e-3;

  @Override
  public String name() {
    return "Adafactor";
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
    List<Slot> slots = new ArrayList<>();
    Factors factors = Factors.of(weight, config.smallestFactored());
    if (factors == null) {
      slots.add(Slot.of(SECOND_MOMENT, weight));
    } else {
      slots.add(Slot.of(ROW, factors.without(weight, factors.largest())));
      slots.add(Slot.of(COLUMN, factors.without(weight, factors.second())));
    }
    if (config.momentum() > 0) {
      slots.add(Slot.of(MOMENTUM, weight));
    }
    return slots;
  }

  @Override
  public <T extends TNumber> Values<T> step(
      Ops tf, Hyper<T> hyper, Operand<T> weight, Operand<T> gradient, Values<T> slots) {
    Map<String, Operand<T>> fresh = new HashMap<>();
    Operand<T> update = clipped(tf, normalised(tf, hyper, gradient, slots, fresh));
    Operand<T> rate = hyper.learningRate(); // []
    if (config.scaled()) {
      var least = Elementwise.scalar(tf, LEAST_SCALE, weight);
      rate = tf.math.mul(rate, tf.math.maximum(rootMeanSquare(tf, weight), least)); // []
    }
    boolean early = config.variant() == AdafactorConfig.Variant.BERT4KERAS;
    Operand<T> moved =
        early
            ? tf.math.mul(averaged(tf, update, slots, fresh), rate)
            : averaged(tf, tf.math.mul(update, rate), slots, fresh);
    fresh.put(WEIGHT, tf.math.sub(weight, withDecay(tf, hyper, weight, moved)));
    return new Values<>(fresh);
  }

  /** The gradient over the root of its second moment, factored or not. */
  private <T extends TNumber> Operand<T> normalised(
      Ops tf, Hyper<T> hyper, Operand<T> gradient, Values<T> slots, Map<String, Operand<T>> fresh) {
    var epsilon = Elementwise.scalar(tf, EPSILON, gradient);
    var square = tf.math.add(tf.math.mul(gradient, gradient), epsilon);
    Operand<TFloat64> fading =
        tf.math.pow(hyper.update(), tf.constant(DECAY_EXPONENT)); // [], 1 - beta
    var share = tf.dtypes.cast(tf.math.sub(tf.constant(1.0), fading), gradient.type());
    var rest = tf.dtypes.cast(fading, gradient.type());
    Factors factors = Factors.of(gradient.shape(), config.smallestFactored());
    if (factors == null) {
      var v = Elementwise.average(tf, share, rest, slots.get(SECOND_MOMENT), square);
      fresh.put(SECOND_MOMENT, v);
      return tf.math.mul(gradient, tf.math.rsqrt(underRoot(tf, v)));
    }
    var row =
        Elementwise.average(tf, share, rest, slots.get(ROW), mean(tf, square, factors.largest()));
    var column =
        Elementwise.average(tf, share, rest, slots.get(COLUMN), mean(tf, square, factors.second()));
    fresh.put(ROW, row);
    fresh.put(COLUMN, column);
    return factors.divide(tf, gradient, row, column, epsilonUnderRoot());
  }

  private <T extends TNumber> Operand<T> underRoot(Ops tf, Operand<T> v) {
    double epsilon = epsilonUnderRoot();
    return epsilon == 0 ? v : tf.math.add(v, Elementwise.scalar(tf, epsilon, v));
  }

  private double epsilonUnderRoot() {
    return config.variant() == AdafactorConfig.Variant.BERT4KERAS ? EPSILON : 0;
  }

  private <T extends TNumber> Operand<T> clipped(Ops tf, Operand<T> update) {
    if (config.clip() == Double.POSITIVE_INFINITY) {
      return update;
    }
    var limit = Elementwise.scalar(tf, config.clip(), update);
    var excess = tf.math.div(rootMeanSquare(tf, update), limit); // []
    return tf.math.div(update, tf.math.maximum(excess, Elementwise.scalar(tf, 1, update)));
  }

  private <T extends TNumber> Operand<T> averaged(
      Ops tf, Operand<T> update, Values<T> slots, Map<String, Operand<T>> fresh) {
    if (config.momentum() == 0) {
      return update;
    }
    var m = Elementwise.average(tf, config.momentum(), slots.get(MOMENTUM), update);
    fresh.put(MOMENTUM, m);
    return m;
  }

  /** What a weight loses: the update, and its decay as the variant has it. */
  private <T extends TNumber> Operand<T> withDecay(
      Ops tf, Hyper<T> hyper, Operand<T> weight, Operand<T> moved) {
    Operand<T> decay = hyper.weightDecay();
    if (decay == null) {
      return moved;
    }
    Operand<T> share =
        switch (config.variant()) {
          case OPTAX, T5X -> decay;
          case SHAZEER, BERT4KERAS -> tf.math.mul(hyper.learningRate(), decay);
        };
    return tf.math.add(moved, tf.math.mul(share, weight));
  }

  private static <T extends TNumber> Operand<T> mean(Ops tf, Operand<T> values, int axis) {
    return tf.math.mean(values, tf.constant(new int[] {axis}));
  }

  private static <T extends TNumber> Operand<T> rootMeanSquare(Ops tf, Operand<T> values) {
    return tf.math.sqrt(Elementwise.mean(tf, tf.math.mul(values, values))); // []
  }
}
