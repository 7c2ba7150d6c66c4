package org.tflion.optim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TNumber;
import org.tflion.Require;
import org.tflion.gradient.SparseGradient;

/**
 * An update of the rows of a table that a gradient touches, and of no others: untouched rows keep
 * their weights and slots, without momentum or decay, at a cost that does not grow with the table.
 *
 * @param weight the table
 * @param slots state of the rule; every slot of the table's shape
 */
record LazyUpdate<T extends TNumber>(Weight<T> weight, Map<String, Weight<T>> slots) {

  LazyUpdate {
    slots = Map.copyOf(slots);
    Require.that(
        weight.parts().equals(List.of(weight)),
        "Lazy update: table must be float32 or float64, use dense semantics",
        weight.name() + " in bfloat16");
    for (Weight<T> slot : slots.values()) {
      Require.that(
          slot.shape().equals(weight.shape()) && slot.parts().equals(List.of(slot)),
          "Lazy update: slots must have the shape and type of the weight, use dense semantics",
          slot.name());
    }
  }

  /** Adds the writes of the touched rows. */
  List<Op> add(Ops tf, Step step, SparseGradient<T> gradient) {
    SparseGradient<T> merged = gradient.merged(tf);
    Map<String, Weight<T>> targets = new HashMap<>(slots);
    targets.put(Rule.WEIGHT, weight);
    Map<String, Operand<T>> old = new HashMap<>();
    targets.forEach((name, target) -> old.put(name, rows(tf, target, merged.indices())));
    Values<T> fresh = step.apply(tf, weight, merged.values(), new Values<>(old));
    Ops write = tf.withControlDependencies(List.<Op>copyOf(fresh.byName().values()));
    List<Op> writes = new ArrayList<>();
    targets.forEach(
        (name, target) -> writes.add(scatter(write, target, merged.indices(), fresh.get(name))));
    return writes;
  }

  /** Straight from the variable: a read first would make the write copy the whole table. */
  private static <T extends TNumber> Operand<T> rows(
      Ops tf, Weight<T> table, Operand<TInt64> indices) {
    return table instanceof RefWeight<T> reference
        ? tf.gather(reference.variable(), indices, tf.constant(0))
        : tf.resourceGather(table.variable(), indices, table.type());
  }

  private static <T extends TNumber> Op scatter(
      Ops tf, Weight<T> table, Operand<TInt64> indices, Operand<T> rows) {
    return table instanceof RefWeight<T> reference
        ? tf.scatterUpdate(reference.variable(), indices, rows)
        : tf.resourceScatterUpdate(table.variable(), indices, rows);
  }
}
