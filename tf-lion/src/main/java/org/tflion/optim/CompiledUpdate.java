package org.tflion.optim;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;
import org.tflion.xla.FunctionCall;

/**
 * An update as XLA programs, those of {@link Rule#program}.
 *
 * <p>A program returns new values; the variables take them over without a copy. It could write
 * resource variables in place, but then XLA's loops on a CPU find that what they read and what they
 * write is one buffer, take that for a conflict, and go one element at a time.
 *
 * <p>Resource variables are updated group after group, so that old and new values exist side by
 * side for one group only. A gradient may be the very buffer of a reference variable: all new
 * values of those exist before the first is assigned.
 */
record CompiledUpdate(Step step) {

  /** Bytes of small weights that share a program; a larger weight has programs of its own. */
  private static final long GROUP_BYTES = 64 << 20;

  /**
   * Bytes of a weight up to which one program makes all its new values: what the first of them has
   * read is still in the cache for the second. Above, the old weight is let go in between.
   */
  private static final long CACHED_BYTES = 4 << 20;

  /**
   * Adds the writes of all weights and slots.
   *
   * @param tf carries control dependencies on all gradients
   */
  List<Op> add(Ops tf, List<Trainable<?>> trainables) {
    List<Op> writes = new ArrayList<>();
    Ops next = tf;
    for (List<Trainable<?>> group : groups(trainables.stream().filter(t -> !isRef(t)).toList())) {
      writes.addAll(addInTurn(next, group));
      next = tf.withControlDependencies(writes);
    }
    writes.addAll(addTogether(tf, trainables.stream().filter(CompiledUpdate::isRef).toList()));
    return writes;
  }

  private static boolean isRef(Trainable<?> trainable) {
    return trainable.weight().parts().get(0) instanceof RefWeight;
  }

  private static List<List<Trainable<?>>> groups(List<Trainable<?>> trainables) {
    List<List<Trainable<?>>> groups = new ArrayList<>();
    long bytes = 0;
    for (Trainable<?> trainable : trainables) {
      long own = trainable.weight().bytes();
      if (groups.isEmpty() || bytes + own > GROUP_BYTES) {
        groups.add(new ArrayList<>());
        bytes = 0;
      }
      groups.get(groups.size() - 1).add(trainable);
      bytes += own;
    }
    return groups;
  }

  /** Each program's values are assigned before the next begins, for which old ones are kept. */
  private List<Op> addInTurn(Ops tf, List<Trainable<?>> trainables) {
    List<Op> writes = new ArrayList<>();
    List<Map<String, Stored>> old = read(tf, trainables);
    Ops next = tf.withControlDependencies(everything(old));
    for (int number = 0; number < programs(trainables); number++) {
      Operation call = call(next, trainables, old, number);
      writes.addAll(assign(next, trainables, call, number));
      next = tf.withControlDependencies(writes);
    }
    return writes;
  }

  private List<Op> addTogether(Ops tf, List<Trainable<?>> trainables) {
    List<Map<String, Stored>> old = read(tf, trainables);
    List<Operation> calls = new ArrayList<>();
    for (int number = 0; number < programs(trainables); number++) {
      calls.add(call(tf, trainables, old, number));
    }
    Ops write = tf.withControlDependencyOps(calls);
    List<Op> writes = new ArrayList<>();
    for (int number = 0; number < calls.size(); number++) {
      writes.addAll(assign(write, trainables, calls.get(number), number));
    }
    return writes;
  }

  private static List<Map<String, Stored>> read(Ops tf, List<Trainable<?>> trainables) {
    List<Map<String, Stored>> all = new ArrayList<>();
    for (Trainable<?> trainable : trainables) {
      Map<String, Stored> old = new HashMap<>();
      trainable.targets().forEach((name, target) -> old.put(name, Stored.read(tf, target)));
      all.add(old);
    }
    return all;
  }

  private static List<Op> everything(List<Map<String, Stored>> all) {
    List<Op> values = new ArrayList<>();
    all.forEach(old -> old.values().forEach(stored -> values.addAll(stored.values())));
    return values;
  }

  private Operation call(
      Ops tf, List<Trainable<?>> trainables, List<Map<String, Stored>> old, int number) {
    return FunctionCall.add(
        tf,
        step.rule().name() + "-update",
        true,
        program -> {
          Step inside = step.inside(program);
          for (int i = 0; i < trainables.size(); i++) {
            addResults(program, inside, trainables.get(i), old.get(i), number);
          }
        });
  }

  private <T extends TNumber> void addResults(
      FunctionCall program,
      Step inside,
      Trainable<T> trainable,
      Map<String, Stored> old,
      int number) {
    Ops tf = program.body();
    Map<String, Operand<T>> values = new HashMap<>();
    trainable
        .targets()
        .forEach(
            (name, target) -> {
              Stored stored = Objects.requireNonNull(old.get(name));
              values.put(name, target.decode(tf, stored.map(program::pass)));
            });
    Operand<T> gradient = program.pass(trainable.gradient());
    Values<T> fresh = inside.apply(tf, trainable.weight(), gradient, new Values<>(values));
    for (String name : written(trainable, number)) {
      trainable.target(name).encode(tf, fresh.get(name)).values().forEach(program::result);
    }
  }

  private List<Op> assign(Ops tf, List<Trainable<?>> trainables, Operation call, int number) {
    List<Op> writes = new ArrayList<>();
    int output = 0;
    for (Trainable<?> trainable : trainables) {
      for (String name : written(trainable, number)) {
        Weight<?> target = trainable.target(name);
        List<Operand<?>> values = new ArrayList<>();
        for (int part = 0; part < target.parts().size(); part++) {
          values.add(call.output(output++));
        }
        writes.add(new Stored(values).write(tf, target));
      }
    }
    return writes;
  }

  /** What a program writes of one weight, in a fixed order. */
  private List<String> written(Trainable<?> trainable, int number) {
    return trainable.targets().keySet().stream()
        .filter(name -> program(trainable, name) == number)
        .sorted(Comparator.naturalOrder())
        .toList();
  }

  private int programs(List<Trainable<?>> trainables) {
    return trainables.stream()
        .flatMapToInt(
            trainable ->
                trainable.targets().keySet().stream()
                    .mapToInt(name -> program(trainable, name) + 1))
        .max()
        .orElse(0);
  }

  private int program(Trainable<?> trainable, String name) {
    Weight<?> weight = trainable.weight();
    return weight.bytes() <= CACHED_BYTES ? 0 : step.program(weight, name);
  }
}
