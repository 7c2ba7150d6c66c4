package org.tflion.train.step;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.DestroyResourceOp;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TFloating;
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
  private final List<String> floating = new ArrayList<>();
  private final Operand<TBool> finite;
  private final Op save;
  private final Op restoreAll;

  /**
   * Adds the operations that save and restore.
   *
   * @param state variables by the names that the bundle knows them by
   */
  StateBundle(Ops tf, Map<String, Weight<?>> state) {
    this.tf = tf;
    this.state = state;
    prefix = tf.placeholder(TString.class);
    List<Operand<TBool>> checks = new ArrayList<>();
    state.forEach(
        (name, weight) -> {
          Operand<? extends TNumber> read = weight.read(tf);
          reads.add(read);
          if (TFloating.class.isAssignableFrom(weight.type())) {
            floating.add(name);
            checks.add(
                isFinite(checks.isEmpty() ? tf : tf.withControlDependencies(last(checks)), read));
          }
        });
    finite = tf.stack(checks); // [floating tensors]
    save = tf.train.save(prefix, names(state.keySet()), whole(state.size()), reads);
    Map<String, String> own = new LinkedHashMap<>();
    state.keySet().forEach(name -> own.put(name, name));
    restoreAll = restore(own);
  }

  private static <T> T last(List<T> list) {
    return list.get(list.size() - 1);
  }

  /** One after the other, so that a byte for each value exists of one tensor at a time. */
  private Operand<TBool> isFinite(Ops after, Operand<? extends TNumber> read) {
    Operand<TBool> each = after.math.isFinite(read);
    return tf.reduceAll(each, tf.range(tf.constant(0), tf.rank(each), tf.constant(1))); // []
  }

  private Operand<TString> names(Collection<String> names) {
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
    run(session, save, path);
  }

  /**
   * Holds the present values, in between two steps, to be written while others follow. Nothing is
   * copied: a step gives a variable a new buffer, and what a read has given stays as it is.
   */
  Snapshot snapshot(Session session) {
    return new BundleSnapshot(this, session, read(session, state.keySet()));
  }

  /** The present values of some variables. */
  List<Tensor> read(Session session, Collection<String> names) {
    List<String> all = List.copyOf(state.keySet());
    Session.Runner runner = session.runner();
    names.forEach(name -> runner.fetch(reads.get(all.indexOf(name))));
    List<Tensor> values = new ArrayList<>();
    runner.run().forEach(entry -> values.add(entry.getValue()));
    return values;
  }

  /** Frees the memory of all variables, until they are restored. */
  void free(Session session) {
    List<Op> freed = new ArrayList<>();
    state
        .values()
        .forEach(
            weight ->
                freed.add(
                    tf.destroyResourceOp(
                        weight.variable(), DestroyResourceOp.ignoreLookupError(true))));
    session.runner().addTarget(tf.withControlDependencies(freed).noOp()).run().close();
  }

  /** Writes values that were held. */
  void write(Session session, Path path, List<Tensor> values) {
    try (TString fed = text(path)) {
      of(values, session.runner()).feed(prefix, fed).addTarget(save).run().close();
    }
  }

  /** The first tensor of those held that has a NaN or an infinity. */
  Optional<String> firstNotFinite(Session session, List<Tensor> values) {
    try (Result checked = of(values, session.runner()).fetch(finite).run()) {
      TBool each = (TBool) checked.get(0); // [floating tensors]
      return IntStream.range(0, floating.size())
          .filter(i -> !each.getBoolean(i))
          .mapToObj(floating::get)
          .findFirst();
    }
  }

  /** A run that takes what was held for the present values. */
  private Session.Runner of(List<Tensor> values, Session.Runner runner) {
    for (int i = 0; i < reads.size(); i++) {
      runner.feed(reads.get(i), values.get(i));
    }
    return runner;
  }

  /**
   * Overwrites all variables.
   *
   * @throws org.tensorflow.exceptions.TensorFlowException if a file is missing or damaged, or a
   *     name or shape differs
   */
  void restore(Session session, Path path) {
    run(session, restoreAll, path);
  }

  /**
   * Overwrites some of the variables.
   *
   * @param sources for the names of variables those of their values in the bundle
   * @throws org.tensorflow.exceptions.TensorFlowException as {@link #restore(Session, Path)}
   */
  void restore(Session session, Path path, Map<String, String> sources) {
    run(session, restore(sources), path);
  }

  private void run(Session session, Op op, Path path) {
    try (TString fed = text(path)) {
      session.runner().feed(prefix, fed).addTarget(op).run().close();
    }
  }

  private Op restore(Map<String, String> sources) {
    List<Weight<?>> targets = sources.keySet().stream().<Weight<?>>map(this::weight).toList();
    List<Class<? extends TType>> types = new ArrayList<>();
    targets.forEach(target -> types.add(target.type()));
    Operand<TString> names = names(sources.values());
    List<Output<?>> restored =
        tf.train.restore(prefix, names, whole(sources.size()), types).tensors();
    List<Op> assigns = new ArrayList<>();
    for (int i = 0; i < targets.size(); i++) {
      assigns.add(assign(targets.get(i), restored.get(i)));
    }
    return tf.withControlDependencies(assigns).noOp();
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
