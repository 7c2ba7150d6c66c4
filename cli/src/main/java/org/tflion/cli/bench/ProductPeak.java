package org.tflion.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TNumber;

/** How fast this machine multiplies large matrices with all its cores. */
public final class ProductPeak {

  private static final int ROWS = 1024;
  private static final int INNER = 1024;
  private static final int COLUMNS = 4096;

  /** More products beside each other than this would have too few columns to be fast. */
  private static final int MOST = 8;

  private static final int ROUNDS = 9;

  /** For a first idea: a quarter of a second on two cores. */
  private static final int FEW = 3;

  private static final Map<Boolean, Double> MEASURED = new ConcurrentHashMap<>();

  private ProductPeak() {}

  /** The same of few products, measured once in a process. */
  static double once(boolean halved) {
    return MEASURED.computeIfAbsent(halved, key -> gflops(key, FEW));
  }

  /**
   * The best of several products of [1024, 1024] by [1024, 4096], in GFLOP/s. The columns are
   * divided among products beside each other, so that all cores have work also where an operation
   * has one thread.
   *
   * @param halved whether of bfloat16, with sums in float32
   */
  public static double gflops(boolean halved) {
    return gflops(halved, ROUNDS);
  }

  private static double gflops(boolean halved, int rounds) {
    return halved ? measure(TBfloat16.class, rounds) : measure(TFloat32.class, rounds);
  }

  private static <T extends TNumber> double measure(Class<T> type, int rounds) {
    int beside = Math.min(MOST, Runtime.getRuntime().availableProcessors());
    int columns = COLUMNS / beside;
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Operand<T> left = tf.placeholder(type);
      List<Operand<T>> rights = new ArrayList<>();
      List<Op> done = new ArrayList<>();
      for (int i = 0; i < beside; i++) {
        // Of one right side TensorFlow would make one product.
        Operand<T> right = tf.placeholder(type);
        rights.add(right);
        var product = tf.linalg.matMul(left, right); // [1024, 4096 / beside]
        // One number of it is asked for, as asking for all would copy it.
        done.add(tf.slice(product, tf.array(0, 0), tf.array(1, 1)));
      }
      Operand<T> a = ones(tf, type, ROWS, INNER);
      Operand<T> b = ones(tf, type, INNER, columns);
      try (Session session = new Session(graph);
          Result fed = session.runner().fetch(a).fetch(b).run()) {
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < rounds; i++) {
          long began = System.nanoTime();
          Session.Runner runner = session.runner().feed(left, fed.get(0));
          done.forEach(runner::addTarget);
          rights.forEach(right -> runner.feed(right, fed.get(1)));
          runner.run().close();
          best = Math.min(best, (System.nanoTime() - began) / 1e9);
        }
        return 2.0 * ROWS * INNER * columns * beside / best / 1e9;
      }
    }
  }

  private static <T extends TNumber> Operand<T> ones(Ops tf, Class<T> type, int... sizes) {
    return tf.dtypes.cast(tf.fill(tf.constant(sizes), tf.constant(1f)), type);
  }
}
