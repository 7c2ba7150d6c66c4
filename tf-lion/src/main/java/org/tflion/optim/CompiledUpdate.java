package org.tflion.optim;

import java.util.ArrayList;
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
 * An update as XLA programs, one for each entry of {@link Rule#programs()}, each over all weights.
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
    for (List<String> written : trainables.isEmpty() ? List.<List<String>>of() : programs()) {
      Operation call =
          FunctionCall.add(
              next, name(), true, program -> writeInPlace(program, trainables, written));
      calls.add(() -> call);
      next = tf.withControlDependencies(calls);
    }
    return calls;
  }

  private void writeInPlace(
      FunctionCall program, List<Trainable<?>> trainables, List<String> written) {
    Step inside = step.inside(program);
    List<Op> assigns = new ArrayList<>();
    for (Trainable<?> trainable : trainables) {
      assigns.addAll(writeInPlace(program, inside, trainable, written));
    }
    program.result(program.body().withControlDependencies(assigns).constant(true));
  }

  private static <T extends TNumber> List<Op> writeInPlace(
      FunctionCall program, Step inside, Trainable<T> trainable, List<String> written) {
    Ops tf = program.body();
    Trainable<T> passed = trainable.passed(program);
    Values<T> fresh = inside.apply(tf, trainable.weight(), passed.gradient(), passed.read(tf));
    List<Op> assigns = new ArrayList<>();
    for (String name : written) {
      assigns.add(passed.target(name).assign(tf, fresh.get(name)));
    }
    return assigns;
  }

  private List<Op> addByValue(Ops tf, List<Trainable<?>> trainables) {
    List<Operation> calls = new ArrayList<>();
    for (List<String> written : trainables.isEmpty() ? List.<List<String>>of() : programs()) {
      calls.add(
          FunctionCall.add(
              tf,
              name(),
              true,
              program -> {
                Step inside = step.inside(program);
                trainables.forEach(
                    trainable -> returnValues(tf, program, inside, trainable, written));
              }));
    }
    Ops write = tf.withControlDependencyOps(calls);
    List<Op> writes = new ArrayList<>();
    for (int program = 0; program < calls.size(); program++) {
      int output = 0;
      for (Trainable<?> trainable : trainables) {
        for (String name : programs().get(program)) {
          writes.add(assign(write, trainable.target(name), calls.get(program), output++));
        }
      }
    }
    return writes;
  }

  private static <T extends TNumber> void returnValues(
      Ops outside,
      FunctionCall program,
      Step inside,
      Trainable<T> trainable,
      List<String> written) {
    Map<String, Operand<T>> old = new HashMap<>();
    trainable.read(outside).byName().forEach((name, value) -> old.put(name, program.pass(value)));
    Operand<T> gradient = program.pass(trainable.gradient());
    Values<T> fresh = inside.apply(program.body(), trainable.weight(), gradient, new Values<>(old));
    written.forEach(name -> program.result(fresh.get(name)));
  }

  private static <T extends TNumber> Op assign(
      Ops tf, Weight<T> target, Operation values, int output) {
    return target.assign(tf, values.output(output));
  }

  private List<List<String>> programs() {
    return step.rule().programs();
  }

  private String name() {
    return step.rule().name() + "-update";
  }
}
