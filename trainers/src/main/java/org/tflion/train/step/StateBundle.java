package org.tflion.train.step;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
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

  private final Ops tf;
  private final Map<String, Weight<?>> state;
  private final Placeholder<TString> prefix;
  private final List<Operand<?>> reads = new ArrayList<>();
  private final List<Operand<?>> copies = new ArrayList<>();
  private final Op save;

  /**
   * Adds the operations that save.
   *
   * @param state variables by the names that the bundle knows them by
   */
  StateBundle(Ops tf, Map<String, Weight<?>> state) {
    this.tf = tf;
    this.state = state;
    prefix = tf.placeholder(TString.class);
    for (Weight<?> weight : state.values()) {
      Operand<?> read = weight.read(tf);
      reads.add(read);
      copies.add(tf.deepCopy(read));
    }
    save = tf.train.save(prefix, names(state.keySet()), whole(state.size()), reads);
  }

  private Operand<TString> names(Set<String> names) {
    return tf.array(names.toArray(String[]::new));
  }

  /** Of every tensor all slices. */
  private Operand<TString> whole(int tensors) {
    return tf.array(Collections.nCopies(tensors, "").toArray(String[]::new));
  }

  /** What there is to save. */
  List<StateTensor> tensors() {
    return state.entrySet().stream().map(e -> StateTensor.of(e.getKey(), e.getValue())).toList();
  }

  /** Writes the present values. */
  void save(Session session, Path path) {
    try (TString fed = text(path)) {
      session.runner().feed(prefix, fed).addTarget(save).run().close();
    }
  }

  /** Copies the present values, in between two steps, to be written while others follow. */
  Snapshot snapshot(Session session) {
    Session.Runner runner = session.runner();
    copies.forEach(runner::fetch);
    Result values = runner.run();
    return new Snapshot(values, path -> write(session, path, values));
  }

  private void write(Session session, Path path, Result values) {
    try (TString fed = text(path)) {
      Session.Runner runner = session.runner().feed(prefix, fed).addTarget(save);
      for (int i = 0; i < reads.size(); i++) {
        runner.feed(reads.get(i), values.get(i));
      }
      runner.run().close();
    }
  }

  /** Overwrites all variables. */
  void restore(Session session, Path path) {
    restore(session, path, state.keySet());
  }

  /**
   * Overwrites some of the variables.
   *
   * @param names which ones
   * @throws org.tensorflow.exceptions.TensorFlowException if a file is missing or damaged, or a
   *     name or shape differs
   */
  void restore(Session session, Path path, Set<String> names) {
    List<Class<? extends TType>> types = new ArrayList<>();
    names.forEach(name -> types.add(weight(name).type()));
    List<Output<?>> restored =
        tf.train.restore(prefix, names(names), whole(names.size()), types).tensors();
    List<Op> assigns = new ArrayList<>();
    int next = 0;
    for (String name : names) {
      assigns.add(assign(weight(name), restored.get(next++)));
    }
    Op restore = tf.withControlDependencies(assigns).noOp();
    try (TString fed = text(path)) {
      session.runner().feed(prefix, fed).addTarget(restore).run().close();
    }
  }

  private Weight<?> weight(String name) {
    return Objects.requireNonNull(state.get(name), name);
  }

  @SuppressWarnings("unchecked") // restored with the weight's own type
  private <T extends TNumber> Op assign(Weight<T> weight, Output<?> value) {
    return weight.assign(tf, tf.ensureShape((Output<T>) value, weight.shape()));
  }

  private static TString text(Path path) {
    return TString.scalarOf(path.toAbsolutePath().toString());
  }
}
