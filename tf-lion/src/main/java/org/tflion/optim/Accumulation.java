package org.tflion.optim;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TNumber;

/**
 * One update from the mean of several gradients, one of them in each run.
 *
 * <p>Runs that complete no update change nothing but the sums: schedules, decay, clipping, averages
 * and the number of the update know only whole updates. With a guard, a gradient that is not finite
 * is left out, and one more run makes up for it.
 */
record Accumulation(Updater updater, States states) {

  private static final String SUM = "accumulated";

  /** A weight's running mean and what it is after this run. */
  private record Part<T extends TNumber>(Trainable<T> whole, Weight<T> sum, Operand<T> old) {}

  /** Adds a run that sums up, and updates if it is the last of its group. */
  Update add(Ops tf, List<Trainable<?>> trainables, Weight<TInt64> counter, List<Op> after) {
    List<Part<?>> parts = new ArrayList<>();
    List<Trainable<?>> wholes = new ArrayList<>();
    for (Trainable<?> trainable : trainables) {
      Part<?> part = part(tf, trainable);
      parts.add(part);
      wholes.add(part.whole());
    }
    Weight<TInt64> runs = states.count(trainables.get(0).weight(), SUM);
    Operand<TInt64> run = tf.math.add(runs.read(tf), tf.constant(1L)); // []
    Operand<TBool> due =
        tf.math.equal(run, tf.constant((long) updater.options().accumulated())); // []
    Update update = updater.add(tf, wholes, counter, after, due);

    List<Op> kept = new ArrayList<>();
    Ops last = tf.withControlDependencies(update.op());
    parts.forEach(part -> kept.add(keep(last, part, due, update.finite())));
    var next = last.select(due, last.constant(0L), run);
    var before = last.math.sub(run, last.constant(1L));
    kept.add(runs.assign(last, last.select(update.finite(), next, before)));
    return new Update(
        tf.withControlDependencies(kept).noOp(),
        update.learningRate(),
        update.gradientNorm(),
        update.finite());
  }

  private <T extends TNumber> Part<T> part(Ops tf, Trainable<T> trainable) {
    Weight<T> weight = trainable.weight();
    Weight<T> sum = states.slot(weight, Slot.of(SUM, weight.shape()));
    Operand<T> old = sum.read(tf);
    var share = Elementwise.scalar(tf, 1.0 / updater.options().accumulated(), trainable.gradient());
    var whole = tf.math.add(old, tf.math.mul(share, trainable.gradient()));
    return new Part<>(new Trainable<>(weight, whole, trainable.slots()), sum, old);
  }

  private static <T extends TNumber> Op keep(
      Ops tf, Part<T> part, Operand<TBool> due, Operand<TBool> finite) {
    Operand<T> sum = part.whole().gradient();
    var next = tf.select(due, tf.zerosLike(sum), sum);
    return part.sum().assign(tf, tf.select(finite, next, part.old()));
  }
}
