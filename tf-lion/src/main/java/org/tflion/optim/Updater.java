package org.tflion.optim;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt64;
import org.tflion.Require;
import org.tflion.gradient.GlobalNorm;

/**
 * Adds the update of a set of weights by one rule to a graph: the plumbing of every optimizer.
 *
 * <p>The order of one update, held by control edges:
 *
 * <pre>{@code
 * all gradients and the loss  ->  counter, rates, clipping  ->  new values  ->  writes  ->  counter + 1
 * }</pre>
 *
 * <p>No weight is written before every gradient exists, because a gradient may still read another
 * weight; no slot or weight is written before all new values that read it exist.
 *
 * @param rule the arithmetic
 * @param options clipping, decay mask and compilation
 */
public record Updater(Rule rule, UpdateOptions options) {

  /**
   * Adds one update.
   *
   * @param trainables the weights, their gradients and their slots; at least one
   * @param counter number of updates done so far, a scalar; advanced by this update
   * @param after what must run before anything is written, besides the gradients: the loss
   */
  public Update add(
      Ops tf, List<Trainable<?>> trainables, Weight<TInt64> counter, List<? extends Op> after) {
    Require.that(!trainables.isEmpty(), rule.name() + ": weights to update must be at least 1", 0);
    List<Op> ready = new ArrayList<>(after);
    trainables.forEach(trainable -> ready.add(trainable.gradient()));
    Ops late = tf.withControlDependencies(tf.withControlDependencies(ready).noOp());

    Operand<TInt64> done = counter.read(late); // []
    Operand<TFloat64> number =
        late.math.add(late.dtypes.cast(done, TFloat64.class), late.constant(1.0)); // []
    Operand<TFloat64> norm =
        GlobalNorm.of(late, trainables.stream().map(Trainable::gradient).toList()); // []
    UpdateScalars scalars =
        new UpdateScalars(
            rule.learningRate().at(late, number),
            rule.weightDecay().at(late, number),
            number,
            options.clips() ? GlobalNorm.scale(late, norm, options.clipNorm()) : null);

    List<Op> used = writes(late, trainables, scalars);
    // A rate that no weight needs may still be fetched, and reads the counter.
    used.addAll(List.of(scalars.learningRate(), scalars.weightDecay()));
    Ops last = tf.withControlDependencies(used);
    Op counted = counter.assign(last, last.math.add(done, last.constant(1L)));
    return new Update(
        tf.withControlDependencies(List.of(counted)).noOp(), scalars.learningRate(), norm);
  }

  private List<Op> writes(Ops tf, List<Trainable<?>> trainables, UpdateScalars scalars) {
    Step step = new Step(rule, options.decayMask(), scalars);
    return options.compiled()
        ? new CompiledUpdate(step).add(tf, trainables)
        : new PlainUpdate(step).add(tf, trainables);
  }
}
