package org.tflion.train.step;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TNumber;
import org.tensorflow.types.family.TType;
import org.tflion.optim.Weight;

/**
 * Variables of a graph to and from a TensorFlow bundle: files that any TensorFlow can read.
 *
 * <p>A bundle with prefix {@code p} is {@code p.index} and {@code p.data-00000-of-00001}.
 */
final class StateBundle {

  private final Placeholder<TString> prefix;
  private final Op save;
  private final Op restore;

  /**
   * Adds the operations that save and restore.
   *
   * @param state variables by the names that the bundle knows them by
   */
  StateBundle(Ops tf, Map<String, Weight<?>> state) {
    prefix = tf.placeholder(TString.class);
    String[] names = state.keySet().toArray(String[]::new);
    String[] whole = new String[names.length];
    Arrays.fill(whole, "");
    List<Operand<?>> values = new ArrayList<>();
    List<Class<? extends TType>> types = new ArrayList<>();
    for (Weight<?> weight : state.values()) {
      values.add(weight.read(tf));
      types.add(weight.type());
    }
    save = tf.train.save(prefix, tf.array(names), tf.array(whole), values);
    List<Output<?>> restored =
        tf.train.restore(prefix, tf.array(names), tf.array(whole), types).tensors();
    List<Op> assigns = new ArrayList<>();
    int next = 0;
    for (Weight<?> weight : state.values()) {
      assigns.add(assign(tf, weight, restored.get(next++)));
    }
    restore = tf.withControlDependencies(assigns).noOp();
  }

  @SuppressWarnings("unchecked") // restored with the weight's own type
  private static <T extends TNumber> Op assign(Ops tf, Weight<T> weight, Output<?> value) {
    return weight.assign(tf, tf.ensureShape((Output<T>) value, weight.shape()));
  }

  void save(Session session, Path path) {
    run(session, save, path);
  }

  /**
   * Overwrites all variables.
   *
   * @throws org.tensorflow.exceptions.TensorFlowException if a file is missing or damaged, or a
   *     name or shape differs
   */
  void restore(Session session, Path path) {
    run(session, restore, path);
  }

  private void run(Session session, Op op, Path path) {
    try (TString fed = TString.scalarOf(path.toAbsolutePath().toString())) {
      session.runner().feed(prefix, fed).addTarget(op).run().close();
    }
  }
}
