package org.tflion.discovery.interpret;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.tflion.discovery.abstracts.Analysis;
import org.tflion.discovery.abstracts.Value;
import org.tflion.discovery.program.Kind;

/** Where each value lies: an array of its own, or that of a value no longer read. */
final class Registers<A> {

  private final Leaves leaves;
  private final Arithmetic<A> arithmetic;
  private final Map<Integer, A> arrays = new HashMap<>();
  private final Deque<A> free = new ArrayDeque<>();
  private final int[] lastReads;

  Registers(Analysis analysis, int statements, Leaves leaves, Arithmetic<A> arithmetic) {
    this.leaves = leaves;
    this.arithmetic = arithmetic;
    this.lastReads = lastReads(analysis, statements);
  }

  private static int[] lastReads(Analysis analysis, int statements) {
    int[] last = new int[statements];
    Arrays.fill(last, -1);
    BitSet live = analysis.live();
    for (int i = live.nextSetBit(0); i >= 0; i = live.nextSetBit(i + 1)) {
      for (Value argument : analysis.arguments(i)) {
        if (!argument.isInput()) {
          last[argument.definition()] = i;
        }
      }
    }
    for (Value output : analysis.outputs()) {
      if (!output.isInput()) {
        last[output.definition()] = statements;
      }
    }
    return last;
  }

  int length(Kind kind) {
    return switch (kind) {
      case SCALAR -> 1;
      case LEAF_SCALARS -> leaves.count();
      case TREE -> leaves.size();
    };
  }

  A allocate(Kind kind) {
    return arithmetic.allocate(length(kind));
  }

  A get(Value value) {
    return Objects.requireNonNull(arrays.get(value.definition()));
  }

  /** Gives an input, which is never reused, its array. */
  void input(int definition, Kind kind) {
    arrays.put(definition, allocate(kind));
  }

  /** Gives the result of a statement its array, perhaps that of an argument read last here. */
  A result(int statement, Kind kind, Iterable<Value> arguments) {
    for (Value argument : arguments) {
      release(statement, argument);
    }
    A array = kind == Kind.TREE && !free.isEmpty() ? free.pop() : allocate(kind);
    arrays.put(statement, array);
    return array;
  }

  private void release(int statement, Value argument) {
    boolean last = !argument.isInput() && lastReads[argument.definition()] == statement;
    if (last && argument.kind() == Kind.TREE && !free.contains(get(argument))) {
      free.push(get(argument));
    }
  }
}
