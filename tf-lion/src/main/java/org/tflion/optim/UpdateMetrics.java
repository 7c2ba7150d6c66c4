package org.tflion.optim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TNumber;

/**
 * What the next update would do, over all weights together: scalars to fetch in a run of their own,
 * with the batch of that update. They change nothing; fetched together with an update they may see
 * half of it.
 *
 * @param gradientNorm length of all gradients, before clipping
 * @param weightNorm length of all weights
 * @param slotNorm length of all new slots
 * @param updateNorm length of the way that the weights go
 * @param zeroShare share of weights that do not move
 * @param flippedShare share of weights that move up their gradient, against it by momentum or decay
 */
public record UpdateMetrics(
    Operand<TFloat64> gradientNorm,
    Operand<TFloat64> weightNorm,
    Operand<TFloat64> slotNorm,
    Operand<TFloat64> updateNorm,
    Operand<TFloat64> zeroShare,
    Operand<TFloat64> flippedShare) {

  /** Sums over weights, and how many values they are over. */
  private record Sums(
      List<Operand<TFloat64>> gradients,
      List<Operand<TFloat64>> weights,
      List<Operand<TFloat64>> slots,
      List<Operand<TFloat64>> updates,
      List<Operand<TFloat64>> zeros,
      List<Operand<TFloat64>> flips) {

    Sums() {
      this(
          new ArrayList<>(),
          new ArrayList<>(),
          new ArrayList<>(),
          new ArrayList<>(),
          new ArrayList<>(),
          new ArrayList<>());
    }
  }

  static UpdateMetrics of(Ops tf, Step step, List<Trainable<?>> trainables) {
    Sums sums = new Sums();
    trainables.forEach(trainable -> add(tf, step, trainable, sums));
    long size = trainables.stream().mapToLong(t -> t.weight().shape().size()).sum();
    return new UpdateMetrics(
        norm(tf, sums.gradients()),
        norm(tf, sums.weights()),
        norm(tf, sums.slots()),
        norm(tf, sums.updates()),
        tf.math.div(tf.math.addN(sums.zeros()), tf.constant((double) size)),
        tf.math.div(tf.math.addN(sums.flips()), tf.constant((double) size)));
  }

  private static <T extends TNumber> void add(
      Ops tf, Step step, Trainable<T> trainable, Sums sums) {
    Values<T> old = trainable.read(tf);
    Values<T> fresh = step.apply(tf, trainable.weight(), trainable.gradient(), old);
    var update = tf.math.sub(fresh.get(Rule.WEIGHT), old.get(Rule.WEIGHT));
    var zero = Elementwise.scalar(tf, 0, update);
    sums.gradients().add(squares(tf, trainable.gradient()));
    sums.weights().add(squares(tf, old.get(Rule.WEIGHT)));
    sums.updates().add(squares(tf, update));
    sums.zeros().add(count(tf, tf.math.equal(update, zero)));
    var way = tf.math.mul(update, trainable.gradient());
    sums.flips().add(count(tf, tf.math.greater(way, zero)));
    for (Map.Entry<String, Operand<T>> value : fresh.byName().entrySet()) {
      if (!value.getKey().equals(Rule.WEIGHT)) {
        sums.slots().add(squares(tf, value.getValue()));
      }
    }
  }

  private static Operand<TFloat64> count(Ops tf, Operand<TBool> each) {
    return Elementwise.sum(tf, tf.dtypes.cast(each, TFloat64.class)); // []
  }

  private static <T extends TNumber> Operand<TFloat64> squares(Ops tf, Operand<T> values) {
    var wide = tf.dtypes.cast(values, TFloat64.class);
    return Elementwise.sum(tf, tf.math.mul(wide, wide)); // []
  }

  private static Operand<TFloat64> norm(Ops tf, List<Operand<TFloat64>> squares) {
    return tf.math.sqrt(tf.math.addN(squares)); // []
  }
}
