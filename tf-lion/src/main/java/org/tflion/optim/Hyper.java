package org.tflion.optim;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TNumber;

/**
 * The scalars of one update, as a rule sees them for one weight.
 *
 * @param learningRate in the weight's type
 * @param weightDecay in the weight's type, or null for a weight that does not decay
 * @param update number of the update, from 1, in double precision
 * @param mixed what {@link Rule#mixing} made of all weights together; empty without it
 * @param whole the weight, if the rule is handed a piece of it
 */
public record Hyper<T extends TNumber>(
    Operand<T> learningRate,
    @Nullable Operand<T> weightDecay,
    Operand<TFloat64> update,
    List<Operand<TFloat64>> mixed,
    Whole whole) {

  public Hyper {
    mixed = List.copyOf(mixed);
  }

  /** The scalars of a weight that is handed over whole. */
  public Hyper(
      Operand<T> learningRate,
      @Nullable Operand<T> weightDecay,
      Operand<TFloat64> update,
      List<Operand<TFloat64>> mixed) {
    this(learningRate, weightDecay, update, mixed, Whole.ITSELF);
  }

  /** The shape of the whole weight. */
  public Shape shape(Operand<T> handed) {
    return whole.shape(handed.shape());
  }

  /**
   * Moves a weight along a direction, with decoupled decay: {@code w - learningRate * (direction +
   * weightDecay * w)}.
   *
   * @see <a href="https://arxiv.org/abs/1711.05101">Loshchilov and Hutter, 2017</a>
   */
  public Operand<T> move(Ops tf, Operand<T> weight, Operand<T> direction) {
    Operand<T> total =
        weightDecay == null ? direction : tf.math.add(direction, tf.math.mul(weightDecay, weight));
    return tf.math.sub(weight, tf.math.mul(learningRate, total));
  }

  /**
   * The share of a zero-started moving average that is not its start: {@code 1 - beta^update}.
   *
   * <p>In double precision: in float32, 1 - 0.999 is wrong by 1e-5.
   */
  public Operand<T> unbias(Ops tf, double beta) {
    return unbias(tf, beta, update);
  }

  /** The same for another number of updates. */
  Operand<T> unbias(Ops tf, double beta, Operand<TFloat64> updates) {
    var power = tf.math.pow(tf.constant(beta), updates); // []
    return tf.dtypes.cast(tf.math.sub(tf.constant(1.0), power), learningRate.type());
  }
}
