package org.tflion.train.shard;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tflion.gradient.Finite;
import org.tflion.optim.Weight;

/**
 * Sums over what every device made of its rows, each where its weight lies.
 *
 * <pre>{@code
 * loss     = sum over devices of count * mean loss             on the first device
 * gradient = sum over devices of count * gradient of the mean  piece by piece, at its owner
 * }</pre>
 *
 * <p>Divided by the sum of counts, that is the gradient of all rows together: every token counts
 * the same, whichever device has it.
 *
 * @param loss a scalar
 * @param count a scalar
 * @param byDevice gradients of the weights of each device by name
 */
record PieceGradients(
    Operand<TFloat32> loss,
    Operand<TFloat32> count,
    List<Map<String, Operand<TFloat32>>> byDevice) {

  /**
   * Adds whether each gradient is finite, where it lies.
   *
   * @return for each device by the names of its weights
   */
  List<Map<String, Operand<TBool>>> finite(List<Ops> each) {
    List<Map<String, Operand<TBool>>> finite = new ArrayList<>();
    for (int k = 0; k < each.size(); k++) {
      Ops tf = each.get(k);
      Map<String, Operand<TBool>> own = new LinkedHashMap<>();
      byDevice.get(k).forEach((name, sum) -> own.put(name, Finite.all(tf, List.of(sum))));
      finite.add(own);
    }
    return finite;
  }

  /** The means that the sums stand for. */
  PieceGradients mean(List<Ops> each) {
    List<Map<String, Operand<TFloat32>>> means = new ArrayList<>();
    for (int k = 0; k < each.size(); k++) {
      Ops tf = each.get(k);
      Map<String, Operand<TFloat32>> own = new LinkedHashMap<>();
      byDevice.get(k).forEach((name, sum) -> own.put(name, tf.math.div(sum, count)));
      means.add(own);
    }
    return new PieceGradients(each.get(0).math.div(loss, count), count, means);
  }

  /** The gradient of a weight of a device. */
  Output<TFloat32> by(int device, String name) {
    return Objects.requireNonNull(byDevice.get(device).get(name), name).asOutput();
  }

  /** Variables that add up the sums of several passes; zero between two updates. */
  record Variables(
      Weight<TFloat32> loss, Weight<TFloat32> count, List<Map<String, Weight<TFloat32>>> byDevice) {

    /** Adds the variables beside the weights, zero at first. */
    static Variables create(List<Ops> each, Shards shards, Predicate<String> wanted) {
      List<Map<String, Weight<TFloat32>>> sums = new ArrayList<>();
      for (int k = 0; k < each.size(); k++) {
        Ops tf = each.get(k);
        Map<String, Weight<TFloat32>> own = new LinkedHashMap<>();
        shards
            .byDevice()
            .get(k)
            .forEach(
                (name, weight) -> {
                  if (wanted.test(name)) {
                    own.put(
                        name, weight.sibling(tf, name + "-sum", weight.shape(), TFloat32.class));
                  }
                });
        sums.add(own);
      }
      Weight<TFloat32> like = shards.any();
      Ops tf = each.get(0);
      return new Variables(
          like.sibling(tf, "loss-sum", Shape.scalar(), TFloat32.class),
          like.sibling(tf, "count-sum", Shape.scalar(), TFloat32.class),
          sums);
    }

    /** Adds the sums of one pass. */
    Op add(List<Ops> each, PieceGradients pass) {
      List<Op> writes = new ArrayList<>();
      writes.add(increase(each.get(0), loss, pass.loss()));
      writes.add(increase(each.get(0), count, pass.count()));
      for (int k = 0; k < each.size(); k++) {
        int device = k;
        List<Op> own = new ArrayList<>();
        byDevice
            .get(k)
            .forEach(
                (name, sum) -> own.add(increase(each.get(device), sum, pass.by(device, name))));
        writes.add(each.get(k).withControlDependencies(own).noOp());
      }
      return each.get(0).withControlDependencies(writes).noOp();
    }

    private static Op increase(Ops tf, Weight<TFloat32> sum, Operand<TFloat32> by) {
      return sum.assign(tf, tf.math.add(sum.read(tf), by));
    }

    /** Adds reads of the sums so far. */
    PieceGradients read(List<Ops> each) {
      List<Map<String, Operand<TFloat32>>> sums = new ArrayList<>();
      for (int k = 0; k < each.size(); k++) {
        Ops tf = each.get(k);
        Map<String, Operand<TFloat32>> own = new LinkedHashMap<>();
        byDevice.get(k).forEach((name, sum) -> own.put(name, sum.read(tf)));
        sums.add(own);
      }
      return new PieceGradients(loss.read(each.get(0)), count.read(each.get(0)), sums);
    }

    /** Adds writes of zero, after some operation. */
    Op clear(List<Ops> each, Op after) {
      List<Op> writes = new ArrayList<>();
      for (int k = 0; k < each.size(); k++) {
        Ops tf = each.get(k).withControlDependencies(after);
        List<Op> own = new ArrayList<>();
        byDevice
            .get(k)
            .values()
            .forEach(
                sum -> own.add(sum.assign(tf, tf.zeros(tf.constant(sum.shape()), TFloat32.class))));
        writes.add(tf.withControlDependencies(own).noOp());
      }
      Ops tf = each.get(0).withControlDependencies(after);
      writes.add(loss.assign(tf, tf.constant(0f)));
      writes.add(count.assign(tf, tf.constant(0f)));
      return tf.withControlDependencies(writes).noOp();
    }
  }
}
