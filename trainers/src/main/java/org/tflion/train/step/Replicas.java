package org.tflion.train.step;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TType;
import org.tflion.Require;
import org.tflion.train.data.BatchShape;
import org.tflion.train.model.Inputs;
import org.tflion.train.model.Model;
import org.tflion.train.model.Objective;
import org.tflion.train.model.Parameters;

/**
 * Passes through one model beside each other, each with its share of the rows of a batch.
 *
 * <pre>{@code
 * mean = sum over replicas of mean of its rows * count of its rows / sum of all counts
 * }</pre>
 *
 * <p>They wait for each other nowhere before the gradients of a weight are added up. With one for
 * every processor, each operation runs on one thread, and no operation is divided among threads
 * that then wait for the slowest: small operations, which gain least from threads, gain most from
 * this. What it takes is a gradient of all weights for each replica, and the sum of them.
 *
 * <p>Replica r of R draws the random numbers that part r of R parts draws.
 *
 * @param count of them; 1 or more
 */
record Replicas(int count) {

  static final Replicas ONE = new Replicas(1);

  /** What was found to be faster with a replica for each; more have not been measured. */
  private static final int PROCESSORS = 2;

  /** Bytes of weights up to which their gradients are still in the cache when they are added up. */
  private static final long SMALL = 16 << 20;

  Replicas {
    Require.that(count > 0, "Replicas: count must be 1 or more", count);
  }

  /** As many as make a step of a model faster on this machine. */
  static Replicas fitting(Model model, BatchShape part) {
    boolean pays =
        model.rowsAreIndependent()
            && Runtime.getRuntime().availableProcessors() == PROCESSORS
            && part.rows() % PROCESSORS == 0
            && model.size() * Float.BYTES <= SMALL;
    return pays ? new Replicas(PROCESSORS) : ONE;
  }

  /** Whether there is one for every processor of this machine, so that each needs one thread. */
  boolean fillMachine() {
    return count > 1 && count >= Runtime.getRuntime().availableProcessors();
  }

  /**
   * Adds the loss and the metrics of a batch.
   *
   * @param batch whose rows are a multiple of the count
   */
  Objective<TFloat32> loss(Ops tf, Model model, Parameters<TFloat32> values, Inputs batch) {
    if (count == 1) {
      return model.loss(tf, values, batch);
    }
    List<Objective<TFloat32>> each = new ArrayList<>();
    for (Inputs share : shares(tf, batch)) {
      each.add(model.loss(tf, values, share));
    }
    Map<String, Objective.Mean<TFloat32>> metrics = new LinkedHashMap<>();
    for (String name : each.get(0).metrics().keySet()) {
      metrics.put(name, mean(tf, each.stream().map(one -> one.metrics().get(name)).toList()));
    }
    return new Objective<>(mean(tf, each.stream().map(Objective::loss).toList()), metrics);
  }

  private static Objective.Mean<TFloat32> mean(Ops tf, List<Objective.Mean<TFloat32>> each) {
    Operand<TFloat32> total = tf.math.addN(each.stream().map(Objective.Mean::count).toList()); // []
    List<Operand<TFloat32>> terms = new ArrayList<>();
    for (Objective.Mean<TFloat32> one : each) {
      var share = tf.stopGradient(tf.math.divNoNan(one.count(), total)); // []
      // A mean over nothing may be no number, which no share makes zero.
      var some = tf.math.greater(one.count(), tf.constant(0f)); // []
      terms.add(tf.math.mul(tf.select(some, one.value(), tf.constant(0f)), share)); // []
    }
    return new Objective.Mean<>(tf.math.addN(terms), total);
  }

  private List<Inputs> shares(Ops tf, Inputs batch) {
    List<Map<String, Operand<? extends TType>>> features = new ArrayList<>();
    for (int r = 0; r < count; r++) {
      features.add(new LinkedHashMap<>());
    }
    batch.features().forEach((name, feature) -> divide(tf, name, feature, features));
    List<Inputs> shares = new ArrayList<>();
    for (int r = 0; r < count; r++) {
      shares.add(new Inputs(features.get(r), noise(tf, batch, r)));
    }
    return shares;
  }

  private <T extends TType> void divide(
      Ops tf, String name, Operand<T> feature, List<Map<String, Operand<? extends TType>>> into) {
    List<? extends Operand<T>> rows =
        tf.split(tf.constant(0), feature, (long) count).output(); // R x [B / R, ...]
    for (int r = 0; r < count; r++) {
      into.get(r).put(name, rows.get(r));
    }
  }

  private @Nullable Operand<TInt64> noise(Ops tf, Inputs batch, int replica) {
    var noise = batch.noise();
    return noise == null
        ? null
        : tf.math.add(
            tf.math.mul(noise, tf.array(1L, (long) count)), tf.array(0L, (long) replica)); // [2]
  }
}
