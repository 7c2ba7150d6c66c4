package org.tflion.optim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Output;
import org.tensorflow.framework.optimizers.Optimizer;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TNumber;
import org.tensorflow.types.family.TType;

/** The variables that one optimizer owns, each made once, however many losses it minimizes. */
final class States {

  private final Ops tf;
  private final String optimizer;
  private final Map<String, Weight<TInt64>> counts = new HashMap<>();
  private final Map<String, Weight<TFloat64>> numbers = new HashMap<>();
  private final Map<String, Weight<?>> weights = new HashMap<>();
  private final Map<String, Weight<?>> slots = new HashMap<>();
  private final Map<String, Weight<?>> owners = new LinkedHashMap<>();

  States(Graph graph, String optimizer) {
    this.tf = Ops.create(graph);
    this.optimizer = optimizer;
  }

  /** A scalar that counts, zero at first. */
  Weight<TInt64> count(Weight<?> like, String name) {
    return counts.computeIfAbsent(
        name, key -> like.sibling(tf, optimizer + "-" + key, Shape.scalar(), TInt64.class));
  }

  /** A scalar, zero at first. */
  Weight<TFloat64> number(Weight<?> like, String name) {
    return numbers.computeIfAbsent(
        name, key -> like.sibling(tf, optimizer + "-" + key, Shape.scalar(), TFloat64.class));
  }

  /** The weight behind a variable. */
  Weight<?> weight(Output<? extends TType> variable, Bfloat16Weights bfloat16) {
    if (bfloat16.refused() || !VariableType.isBfloat16((GraphOperation) variable.op())) {
      return Weight.of(variable);
    }
    return weights.computeIfAbsent(
        variable.op().name(), name -> bfloat16.of(tf, Weight.bfloat16(variable)));
  }

  /** A slot of a weight, zero at first. */
  @SuppressWarnings("unchecked") // made here, of the weight's type
  <T extends TNumber> Weight<T> slot(Weight<T> weight, Slot slot) {
    owners.put(weight.name(), weight);
    return (Weight<T>)
        slots.computeIfAbsent(
            Optimizer.createName(weight.variable(), slot.name()),
            unique -> slot.beside(tf, weight, unique));
  }

  Optional<Weight<?>> find(Output<? extends TType> variable, String name) {
    return Optional.ofNullable(slots.get(Optimizer.createName(variable, name)));
  }

  /** Adds an operation that exchanges every weight with one of its slots. */
  Op exchange(String slot) {
    List<Op> done = new ArrayList<>();
    for (Weight<?> weight : owners.values()) {
      Weight<?> other = slots.get(Optimizer.createName(weight.variable(), slot));
      if (other != null) {
        done.add(exchange(weight, other));
      }
    }
    if (done.isEmpty()) {
      throw new IllegalStateException(
          optimizer + ": slot '" + slot + "' must exist to be exchanged; call minimize first");
    }
    return tf.withControlDependencies(done).noOp();
  }

  @SuppressWarnings("unchecked") // a slot has the type of its weight
  private <T extends TNumber> Op exchange(Weight<T> weight, Weight<?> slot) {
    Weight<T> other = Objects.requireNonNull((Weight<T>) slot);
    // A read of a reference variable is its buffer, which the first write would change.
    var left = tf.deepCopy(weight.read(tf));
    var right = tf.deepCopy(other.read(tf));
    // Encoded before anything is written: grappler moves casts from behind a copy to before it.
    Stored toRight = other.encode(tf, left);
    Stored toLeft = weight.encode(tf, right);
    List<Op> all = new ArrayList<>(toRight.values());
    all.addAll(toLeft.values());
    Ops write = tf.withControlDependencies(all);
    return write
        .withControlDependencies(toLeft.write(write, weight), toRight.write(write, other))
        .noOp();
  }
}
