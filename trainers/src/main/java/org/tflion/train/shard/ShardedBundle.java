package org.tflion.train.shard;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TNumber;
import org.tensorflow.types.family.TType;
import org.tflion.gradient.Finite;
import org.tflion.optim.Piece;
import org.tflion.train.shard.ShardedState.Stored;
import org.tflion.train.step.StateTensor;

/**
 * A sharded state to and from one TensorFlow bundle: every device writes what it holds, as slices
 * of whole tensors, and reads what it is to hold. How many devices wrote a bundle is of no account
 * to whoever reads it.
 *
 * <p>All devices must see the same file system.
 */
final class ShardedBundle {

  private final List<Ops> each;
  private final List<List<Stored>> stored;
  private final Placeholder<TString> prefix;
  private final List<List<String>> floating = new ArrayList<>();
  private final List<Operand<TBool>> finite = new ArrayList<>();
  private final Op save;

  /**
   * Adds the operations that save.
   *
   * @param stored what each device holds
   */
  ShardedBundle(List<Ops> each, List<List<Stored>> stored) {
    this.each = each;
    this.stored = stored;
    prefix = each.get(0).placeholder(TString.class);
    for (int k = 0; k < each.size(); k++) {
      addFinite(each.get(k), stored.get(k));
    }
    save = saves();
  }

  private void addFinite(Ops tf, List<Stored> own) {
    List<String> names = new ArrayList<>();
    List<Operand<TBool>> checks = new ArrayList<>();
    for (Stored part : own) {
      if (TFloating.class.isAssignableFrom(part.variable().type())) {
        names.add(part.name());
        checks.add(Finite.all(tf, List.of(part.variable().read(tf))));
      }
    }
    floating.add(names);
    finite.add(checks.isEmpty() ? tf.constant(new boolean[0]) : tf.stack(checks));
  }

  /** What several devices hold alike is written by the first of them. */
  private List<List<Stored>> written() {
    Set<String> whole = new HashSet<>();
    return stored.stream()
        .map(
            own ->
                own.stream()
                    .filter(part -> part.piece().isPresent() || whole.add(part.name()))
                    .toList())
        .toList();
  }

  private Op saves() {
    Ops first = each.get(0);
    List<Op> saves = new ArrayList<>();
    List<Operand<TString>> files = new ArrayList<>();
    List<List<Stored>> written = written();
    for (int k = 0; k < each.size(); k++) {
      List<Stored> own = written.get(k);
      if (!own.isEmpty()) {
        Ops tf = each.get(k);
        var folder = tf.strings.join(List.of(prefix, tf.constant("_parts/part")));
        var file = tf.io.shardedFilename(folder, tf.constant(k), tf.constant(each.size()));
        List<Operand<?>> values = new ArrayList<>();
        own.forEach(part -> values.add(part.variable().read(tf)));
        files.add(file);
        saves.add(
            tf.train.save(
                file, texts(tf, own.stream().map(Stored::name).toList()), slices(tf, own), values));
      }
    }
    Ops last = first.withControlDependencies(saves);
    return last.train.mergeV2Checkpoints(last.stack(files), prefix);
  }

  private static Operand<TString> texts(Ops tf, List<String> texts) {
    return tf.array(texts.toArray(String[]::new));
  }

  private static Operand<TString> slices(Ops tf, List<Stored> parts) {
    return texts(
        tf, parts.stream().map(part -> part.piece().map(ShardedBundle::slice).orElse("")).toList());
  }

  /** A slice as SaveV2 and RestoreV2 have it: all sizes, then start and length of each axis. */
  static String slice(Piece piece) {
    String sizes =
        LongStream.of(piece.whole().asArray())
            .mapToObj(Long::toString)
            .collect(Collectors.joining(" "));
    List<String> axes = new ArrayList<>(Collections.nCopies(piece.whole().numDimensions(), "-"));
    axes.set(piece.axis(), piece.start() + "," + piece.length());
    return sizes + " " + String.join(":", axes);
  }

  /** What there is to save, whole. */
  List<StateTensor> tensors() {
    Map<String, StateTensor> tensors = new LinkedHashMap<>();
    for (List<Stored> own : stored) {
      for (Stored part : own) {
        var shape = part.piece().map(Piece::whole).orElse(part.variable().shape());
        tensors.putIfAbsent(
            part.name(), StateTensor.of(part.name(), part.variable().type(), shape));
      }
    }
    return List.copyOf(tensors.values());
  }

  /** Writes the present values. */
  void save(Session.Runner runner, Path path) {
    run(runner.addTarget(save), path);
  }

  /** The first tensor that has a NaN or an infinity. */
  Optional<String> firstNotFinite(Session.Runner runner) {
    finite.forEach(runner::fetch);
    try (Result checked = runner.run()) {
      for (int k = 0; k < each.size(); k++) {
        TBool own = (TBool) checked.get(k); // [floating tensors of the device]
        for (int i = 0; i < floating.get(k).size(); i++) {
          if (!own.getBoolean(i)) {
            return Optional.of(floating.get(k).get(i));
          }
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Adds the operation that overwrites some of the variables.
   *
   * @param sources for the names of tensors those of their values in the bundle
   */
  Op restore(Map<String, String> sources) {
    List<Op> assigns = new ArrayList<>();
    for (int k = 0; k < each.size(); k++) {
      List<Stored> wanted =
          stored.get(k).stream().filter(part -> sources.containsKey(part.name())).toList();
      if (!wanted.isEmpty()) {
        assigns.add(restore(each.get(k), wanted, sources));
      }
    }
    return each.get(0).withControlDependencies(assigns).noOp();
  }

  private Op restore(Ops tf, List<Stored> wanted, Map<String, String> sources) {
    List<Class<? extends TType>> types = new ArrayList<>();
    wanted.forEach(part -> types.add(part.variable().type()));
    List<String> names =
        wanted.stream().map(part -> Objects.requireNonNull(sources.get(part.name()))).toList();
    List<Output<?>> restored =
        tf.train.restore(prefix, texts(tf, names), slices(tf, wanted), types).tensors();
    List<Op> assigns = new ArrayList<>();
    for (int i = 0; i < wanted.size(); i++) {
      assigns.add(assign(tf, wanted.get(i).variable(), restored.get(i)));
    }
    return tf.withControlDependencies(assigns).noOp();
  }

  @SuppressWarnings("unchecked") // restored with the variable's own type
  private static <T extends TNumber> Op assign(
      Ops tf, org.tflion.optim.Weight<T> variable, Output<?> value) {
    return variable.assign(tf, tf.ensureShape((Output<T>) value, variable.shape()));
  }

  /** Runs an operation of this bundle. */
  void run(Session.Runner runner, Path path) {
    try (TString fed = TString.scalarOf(path.toAbsolutePath().toString())) {
      runner.feed(prefix, fed).run().close();
    }
  }
}
