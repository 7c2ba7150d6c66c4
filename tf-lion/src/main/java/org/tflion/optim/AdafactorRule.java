package org.tflion.optim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TNumber;
import org.tflion.Require;
import org.tflion.schedule.Schedule;

/**
 * The arithmetic of {@link Adafactor}.
 *
 * @param config its numbers
 * @param own how one weight is factored, or null for its two largest axes
 */
public record AdafactorRule(AdafactorConfig config, @Nullable FactorRule own) implements Rule {

  /** The rule of all weights. */
  public AdafactorRule(AdafactorConfig config) {
    this(config, null);
  }

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
  public Rule of(String weight) {
    if (config.factorRules().isEmpty()) {
      return this;
    }
    return new AdafactorRule(config.withFactorRules(), factorRule(weight));
  }

  private @Nullable FactorRule factorRule(String weight) {
    return config.factorRules().stream()
        .filter(rule -> rule.matches(weight))
        .findFirst()
        .orElse(null);
  }

  /** Refuses a pattern that is first for no weight: a typing error would go unnoticed. */
  @Override
  public void check(List<String> weights) {
    for (FactorRule rule : config.factorRules()) {
      Require.that(
          weights.stream().anyMatch(weight -> rule.equals(factorRule(weight))),
          "FactorRule '" + rule.pattern() + "': pattern must be the first to match some weight",
          weights);
    }
  }

  private Factors factors(Shape weight) {
    Require.that(
        config.factorRules().isEmpty(), "Adafactor: factors must be asked of one weight", weight);
    Factors factors =
        own == null ? Factors.largest(weight, config.smallestFactored()) : own.of(weight);
    // T5X leaves matrices and vectors to the largest axes, whatever their rule says.
    return weight.numDimensions() <= 2 && factors.batch().isEmpty()
        ? Factors.largest(weight, config.smallestFactored())
        : factors;
  }

  @Override
  public List<Slot> slots(Shape weight) {
    List<Slot> slots = new ArrayList<>();
    Factors factors = factors(weight);
    if (factors.isFactored()) {
      slots.add(new Slot(ROW, factors.rowShape(weight), Storage.EXACT, factors.rowAxes(weight)));
      slots.add(
          new Slot(COLUMN, factors.columnShape(weight), Storage.EXACT, factors.columnAxes(weight)));
    } else {
      slots.add(Slot.of(SECOND_MOMENT, weight));
    }
    if (config.momentum() > 0) {
      slots.add(Slot.of(MOMENTUM, weight));
    }
    return slots;
  }

  @Override
  public boolean takesPieces() {
    return true;
  }

  @Override
  public <T extends TNumber> Values<T> step(
      Ops tf, Hyper<T> hyper, Operand<T> weight, Operand<T> gradient, Values<T> slots) {
    Map<String, Operand<T>> fresh = new HashMap<>();
    Operand<T> update = clipped(tf, hyper, normalised(tf, hyper, gradient, slots, fresh));
    Operand<T> rate = hyper.learningRate(); // [], or one for each weight of a batch
    if (config.scaled()) {
      var least = Elementwise.scalar(tf, LEAST_SCALE, weight);
      rate = tf.math.mul(rate, tf.math.maximum(rootMeanSquare(tf, hyper, weight), least));
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
        tf.math.pow(counted(tf, hyper.update()), tf.constant(DECAY_EXPONENT)); // [], 1 - beta
    var share = tf.dtypes.cast(tf.math.sub(tf.constant(1.0), fading), gradient.type());
    var rest = tf.dtypes.cast(fading, gradient.type());
    Factors factors = factors(hyper.shape(gradient));
    if (!factors.isFactored()) {
      var v = Elementwise.average(tf, share, rest, slots.get(SECOND_MOMENT), square);
      fresh.put(SECOND_MOMENT, v);
      return tf.math.mul(gradient, tf.math.rsqrt(underRoot(tf, v)));
    }
    Whole whole = hyper.whole();
    var overColumns = factors.rowMean(tf, whole, square);
    var overRows = factors.columnMean(tf, whole, square);
    var row = Elementwise.average(tf, share, rest, slots.get(ROW), overColumns);
    var column = Elementwise.average(tf, share, rest, slots.get(COLUMN), overRows);
    fresh.put(ROW, row);
    fresh.put(COLUMN, column);
    return factors.divide(
        tf, whole, gradient, new Factors.Second<>(row, column, epsilonUnderRoot()));
  }

  /** The number of the update since the offset; 1 up to there, where T5X divides by zero. */
  private Operand<TFloat64> counted(Ops tf, Operand<TFloat64> update) {
    return config.offset() == 0
        ? update
        : tf.math.maximum(
            tf.math.sub(update, tf.constant((double) config.offset())), tf.constant(1.0)); // []
  }

  private <T extends TNumber> Operand<T> underRoot(Ops tf, Operand<T> v) {
    double epsilon = epsilonUnderRoot();
    return epsilon == 0 ? v : tf.math.add(v, Elementwise.scalar(tf, epsilon, v));
  }

  private double epsilonUnderRoot() {
    return config.variant() == AdafactorConfig.Variant.BERT4KERAS ? EPSILON : 0;
  }

  private <T extends TNumber> Operand<T> rootMeanSquare(Ops tf, Hyper<T> hyper, Operand<T> values) {
    return factors(hyper.shape(values)).rootMeanSquare(tf, hyper.whole(), values);
  }

  private <T extends TNumber> Operand<T> clipped(Ops tf, Hyper<T> hyper, Operand<T> update) {
    if (config.clip() == Double.POSITIVE_INFINITY) {
      return update;
    }
    var limit = Elementwise.scalar(tf, config.clip(), update);
    var excess = tf.math.div(rootMeanSquare(tf, hyper, update), limit);
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
}
