package org.tflion.optim;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;
import org.tflion.xla.FunctionCall;

/**
 * An update as XLA programs, those of {@link Rule#program}, each over all weights.
 *
 * <p>Resource variables are written in place by their program, and one program waits for the one
 * before. Reference variables are out of XLA's reach: their programs return new values, and all
 * values exist before the first is assigned.
 */
record CompiledUpdate(Step step) {

  /**
   * Adds the writes of all weights and slots.
   *
   * @param tf carries control dependencies on all gradients
   */
  List<Op> add(Ops tf, List<Trainable<?>> trainables) {
    List<Op> writes = new ArrayList<>();
    writes.addAll(addInPlace(tf, trainables.stream().filter(Trainable::inPlace).toList()));
    writes.addAll(addByValue(tf, trainables.stream().filter(t -> !t.inPlace()).toList()));
    return writes;
  }

  private List<Op> addInPlace(Ops tf, List<Trainable<?>> trainables) {
    List<Op> calls = new ArrayList<>();
    Ops next = tf;
    for (int number = 0; number < programs(trainables); number++) {
      int present = number;
      Operation call =
          FunctionCall.add(
              next, name(), true, program -> writeInPlace(program, trainables, present));
      calls.add(() -> call);
      next = tf.withControlDependencies(calls);
    }
    return calls;
  }

  private void writeInPlace(FunctionCall program, List<Trainable<?>> trainables, int number) {
    Step inside = step.inside(program);
    List<Op> assigns = new ArrayList<>();
    for (Trainable<?> trainable : trainables) {
      assigns.addAll(writeInPlace(program, inside, trainable, number));
    }
    program.result(program.body().withControlDependencies(assigns).constant(true));
  }

  private <T extends TNumber> List<Op> writeInPlace(
      FunctionCall program, Step inside, Trainable<T> trainable, int number) {
    Ops tf = program.body();
    Trainable<T> passed = trainable.passed(program);
    Values<T> fresh = inside.apply(tf, trainable.weight(), passed.gradient(), passed.read(tf));
    List<Op> assigns = new ArrayList<>();
    for (String name : written(trainable, number)) {
      assigns.add(passed.target(name).assign(tf, fresh.get(name)));
    }
    return assigns;
  }

  private List<Op> addByValue(Ops tf, List<Trainable<?>> trainables) {
    List<Operation> calls = new ArrayList<>();
    for (int number = 0; number < programs(trainables); number++) {
      int present = number;
      calls.add(
          FunctionCall.add(
              tf, name(), true, program -> returnValues(tf, program, trainables, present)));
    }
    Ops write = tf.withControlDependencyOps(calls);
    List<Op> writes = new ArrayList<>();
    for (int number = 0; number < calls.size(); number++) {
      int output = 0;
      for (Trainable<?> trainable : trainables) {
        for (String name : written(trainable, number)) {
          writes.add(assign(write, trainable.target(name), calls.get(number), output++));
        }
      }
    }
    return writes;
  }

  private void returnValues(
      Ops outside, FunctionCall program, List<Trainable<?>> trainables, int number) {
    Step inside = step.inside(program);
    for (Trainable<?> trainable : trainables) {
      Values<?> fresh = newValues(outside, program, inside, trainable);
      written(trainable, number).forEach(name -> program.result(fresh.get(name)));
    }
  }

  private static <T extends TNumber> Values<T> newValues(
      Ops outside, FunctionCall program, Step inside, Trainable<T> trainable) {
    Map<String, Operand<T>> old = new HashMap<>();
    trainable.read(outside).byName().forEach((name, value) -> old.put(name, program.pass(value)));
    Operand<T> gradient = program.pass(trainable.gradient());
    return inside.apply(program.body(), trainable.weight(), gradient, new Values<>(old));
  }

  private static <T extends TNumber> Op assign(
      Ops tf, Weight<T> target, Operation values, int output) {
    return target.assign(tf, values.output(output));
  }

  /** What a program writes of one weight, in a fixed order. */
  private List<String> written(Trainable<?> trainable, int number) {
    return trainable.targets().keySet().stream()
        .filter(name -> step.program(trainable.weight(), name) == number)
        .sorted(Comparator.naturalOrder())
        .toList();
  }

  private int programs(List<Trainable<?>> trainables) {
    return trainables.stream()
        .flatMapToInt(
            trainable ->
                trainable.targets().keySet().stream()
                    .mapToInt(name -> step.program(trainable.weight(), name) + 1))
        .max()
        .orElse(0);
  }

  private String name() {
    return step.rule().name() + "-update";
  }
}
