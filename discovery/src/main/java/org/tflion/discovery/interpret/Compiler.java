package org.tflion.discovery.interpret;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.tflion.discovery.abstracts.Analysis;
import org.tflion.discovery.abstracts.Value;
import org.tflion.discovery.program.Constant;
import org.tflion.discovery.program.Function;
import org.tflion.discovery.program.Kind;
import org.tflion.discovery.program.Program;
import org.tflion.discovery.program.Statement;

/**
 * Turns live statements into loops over arrays.
 *
 * <p>A scalar that meets a tree is first spread over an array, once for a constant and once a step
 * for a variable, so that one loop per function serves every kind of argument.
 */
final class Compiler<A> {

  private final Program program;
  private final Analysis analysis;
  private final Leaves leaves;
  private final Arithmetic<A> arithmetic;
  private final Registers<A> registers;
  private final Map<Spread, A> spread = new HashMap<>();
  private final List<Runnable> instructions = new ArrayList<>();

  /** What was spread over which kind of array: the bits of a constant, or a definition. */
  private record Spread(boolean constant, long what, Kind kind) {}

  Compiler(Program program, Analysis analysis, Leaves leaves, Arithmetic<A> arithmetic) {
    this.program = program;
    this.analysis = analysis;
    this.leaves = leaves;
    this.arithmetic = arithmetic;
    this.registers = new Registers<>(analysis, program.size(), leaves, arithmetic);
    for (int i = 0; i < Program.INPUTS.size(); i++) {
      registers.input(-1 - i, Program.INPUTS.get(i).equals("lr") ? Kind.SCALAR : Kind.TREE);
    }
    BitSet live = analysis.live();
    for (int i = live.nextSetBit(0); i >= 0; i = live.nextSetBit(i + 1)) {
      compile(i);
    }
  }

  Runnable[] instructions() {
    return instructions.toArray(Runnable[]::new);
  }

  A input(String name) {
    return registers.get(new Value(-1 - Program.INPUTS.indexOf(name), Kind.TREE, 0));
  }

  A output(String name) {
    return registers.get(analysis.outputs().get(Program.OUTPUTS.indexOf(name)));
  }

  private void compile(int index) {
    Statement statement = program.statements().get(index);
    var function = statement.function();
    switch (function.signature()) {
      case VALUE -> arithmetic.set(result(index, Kind.SCALAR), 0, Scalars.constant(function));
      case MAP -> {
        Kind kind = kind(index, 0);
        A x = operand(index, 0, kind);
        map(arithmetic.map(function), x, result(index, kind));
      }
      case COMBINATION, SCALARS -> {
        Kind kind = kind(index, 0).join(kind(index, 1));
        A x = operand(index, 0, kind);
        A y = operand(index, 1, kind);
        A out = result(index, kind);
        Arithmetic.Combination<A> loop = arithmetic.combination(function);
        instructions.add(() -> loop.run(x, y, out));
      }
      case LEAF_REDUCTION -> leafNorm(index);
      case REDUCTION -> {
        DoubleSupplier norm = norm(index, 0);
        setScalar(index, norm);
      }
      case PRODUCT -> product(index, function == Function.COSINE_SIM);
      case BOUND -> bound(index);
      case BLEND -> blend(index);
      case INTEGER -> throw new IllegalStateException("Compiler: integers passed the analysis");
    }
  }

  private void map(Arithmetic.Map<A> loop, A x, A out) {
    instructions.add(() -> loop.run(x, out));
  }

  private void leafNorm(int index) {
    Kind kind = kind(index, 0);
    A x = operand(index, 0, kind);
    if (kind != Kind.TREE) {
      map(arithmetic.map(Function.ABS), x, result(index, kind));
      return;
    }
    A out = result(index, Kind.LEAF_SCALARS);
    instructions.add(
        () -> {
          for (int leaf = 0; leaf < leaves.count(); leaf++) {
            double squares = arithmetic.dot(x, x, leaves.start(leaf), leaves.start(leaf + 1));
            arithmetic.set(out, leaf, Math.sqrt(squares));
          }
        });
  }

  private void product(int index, boolean cosine) {
    int length = registers.length(kind(index, 0));
    A x = operand(index, 0, kind(index, 0));
    A y = operand(index, 1, kind(index, 1));
    DoubleSupplier dot = () -> arithmetic.dot(x, y, 0, length);
    if (cosine) {
      DoubleSupplier left = norm(index, 0);
      DoubleSupplier right = norm(index, 1);
      setScalar(index, () -> dot.getAsDouble() / (left.getAsDouble() * right.getAsDouble()));
    } else {
      setScalar(index, dot);
    }
  }

  private void bound(int index) {
    Kind kind = kind(index, 0);
    A x = operand(index, 0, kind);
    DoubleSupplier norm = norm(index, 0);
    DoubleSupplier limit = scalar(index, 1);
    A out = result(index, kind);
    instructions.add(
        () -> arithmetic.scale(x, Math.min(1, limit.getAsDouble() / norm.getAsDouble()), out));
  }

  private void blend(int index) {
    Kind kind = kind(index, 0).join(kind(index, 1));
    A x = operand(index, 0, kind);
    A y = operand(index, 1, kind);
    DoubleSupplier weight = scalar(index, 2);
    A out = result(index, kind);
    instructions.add(() -> arithmetic.blend(x, y, weight.getAsDouble(), out));
  }

  private DoubleSupplier norm(int index, int position) {
    Kind kind = kind(index, position);
    A x = operand(index, position, kind);
    int length = registers.length(kind);
    return () -> Math.sqrt(arithmetic.dot(x, x, 0, length));
  }

  private void setScalar(int index, DoubleSupplier value) {
    A out = result(index, Kind.SCALAR);
    instructions.add(() -> arithmetic.set(out, 0, value.getAsDouble()));
  }

  private A result(int index, Kind kind) {
    return registers.result(index, kind, analysis.arguments(index));
  }

  private Kind kind(int index, int position) {
    return analysis.arguments(index).get(position).kind();
  }

  /** A scalar argument, read when it is needed; a constant keeps its double precision. */
  private DoubleSupplier scalar(int index, int position) {
    if (program.statements().get(index).arguments().get(position) instanceof Constant constant) {
      return constant::value;
    }
    A array = registers.get(analysis.arguments(index).get(position));
    return () -> arithmetic.get(array, 0);
  }

  /** An argument as an array of this kind. */
  private A operand(int index, int position, Kind kind) {
    Value value = analysis.arguments(index).get(position);
    if (program.statements().get(index).arguments().get(position) instanceof Constant constant) {
      return spread.computeIfAbsent(
          new Spread(true, Double.doubleToLongBits(constant.value()), kind),
          key -> filled(constant.value(), kind));
    }
    A array = registers.get(value);
    if (value.kind() == kind) {
      return array;
    }
    return spread.computeIfAbsent(
        new Spread(false, value.definition(), kind), key -> spreadEachStep(value, array, kind));
  }

  private A filled(double value, Kind kind) {
    A array = registers.allocate(kind);
    arithmetic.fill(array, 0, registers.length(kind), value);
    return array;
  }

  private A spreadEachStep(Value value, A scalars, Kind kind) {
    A array = registers.allocate(kind);
    int length = registers.length(kind);
    if (value.kind() == Kind.SCALAR) {
      instructions.add(() -> arithmetic.fill(array, 0, length, arithmetic.get(scalars, 0)));
    } else {
      instructions.add(
          () -> {
            for (int leaf = 0; leaf < leaves.count(); leaf++) {
              double one = arithmetic.get(scalars, leaf);
              arithmetic.fill(array, leaves.start(leaf), leaves.start(leaf + 1), one);
            }
          });
    }
    return array;
  }
}
