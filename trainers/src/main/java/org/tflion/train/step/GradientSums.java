package org.tflion.train.step;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tflion.optim.Weight;

/**
 * The gradient of a batch that is too large for one pass: sums over its parts, in float32.
 *
 * <pre>{@code
 * gradient = (sum over parts of count * gradient of the part's mean) / (sum of counts)
 * }</pre>
 *
 * <p>so that every token counts the same, whichever part it is in. Between two updates all sums are
 * zero, which is why no checkpoint holds them.
 *
 * @param loss weighted sum of the losses, a scalar
 * @param count sum of the weights, a scalar
 * @param byName weighted sums of the gradients
 */
record GradientSums(
    Weight<TFloat32> loss, Weight<TFloat32> count, Map<String, Weight<TFloat32>> byName) {

  /** Adds the variables, zero at first. */
  static GradientSums create(Ops tf, Map<String, Weight<TFloat32>> weights) {
    Map<String, Weight<TFloat32>> sums = new LinkedHashMap<>();
    weights.forEach(
        (name, weight) ->
            sums.put(name, weight.sibling(tf, name + "-sum", weight.shape(), TFloat32.class)));
    Weight<TFloat32> like = weights.values().iterator().next();
    return new GradientSums(
        like.sibling(tf, "loss-sum", Shape.scalar(), TFloat32.class),
        like.sibling(tf, "count-sum", Shape.scalar(), TFloat32.class),
        sums);
  }

  /** Adds the gradients of one part to the sums. */
  Op add(Ops tf, LossFunction.Gradients part) {
    Operand<TFloat32> share = part.count(); // []
    List<Op> writes = new ArrayList<>();
    writes.add(increase(tf, loss, tf.math.mul(part.loss(), share)));
    writes.add(increase(tf, count, share));
    byName.forEach((name, sum) -> writes.add(increase(tf, sum, tf.math.mul(part.by(name), share))));
    return tf.withControlDependencies(writes).noOp();
  }

  private static Op increase(Ops tf, Weight<TFloat32> sum, Operand<TFloat32> by) {
    return sum.assign(tf, tf.math.add(sum.read(tf), by));
  }

  /** The gradients of all parts together. */
  LossFunction.Gradients mean(Ops tf) {
    Operand<TFloat32> whole = count.read(tf); // []
    Map<String, Output<TFloat32>> means = new LinkedHashMap<>();
    byName.forEach((name, sum) -> means.put(name, tf.math.div(sum.read(tf), whole).asOutput()));
    var mean = tf.math.div(loss.read(tf), whole).asOutput(); // []
    return new LossFunction.Gradients(mean, whole.asOutput(), means);
  }

  /** Adds writes of zero to all sums. */
  Op clear(Ops tf) {
    List<Op> writes = new ArrayList<>();
    writes.add(loss.assign(tf, tf.constant(0f)));
    writes.add(count.assign(tf, tf.constant(0f)));
    byName.values().forEach(sum -> writes.add(sum.clear(tf)));
    return tf.withControlDependencies(writes).noOp();
  }
}
