package org.tflion.discovery.abstracts;

import java.util.BitSet;
import java.util.List;
import org.tflion.discovery.program.Program;

/** The statements and inputs that a growing set of values depends on. */
final class Marking {

  private final List<List<Value>> arguments;
  private final BitSet statements;
  private final boolean[] inputs = new boolean[Program.INPUTS.size()];

  Marking(List<List<Value>> arguments) {
    this.arguments = arguments;
    this.statements = new BitSet(arguments.size());
  }

  /** Adds everything these values depend on; later statements cannot feed earlier ones. */
  Marking mark(List<Value> roots) {
    int last = -1;
    for (Value root : roots) {
      last = Math.max(last, add(root));
    }
    for (int i = last; i >= 0; i--) {
      if (statements.get(i)) {
        arguments.get(i).forEach(this::add);
      }
    }
    return this;
  }

  boolean reads(int input) {
    return inputs[input];
  }

  BitSet statements() {
    return statements;
  }

  private int add(Value value) {
    if (value.isInput() && value.definition() != Scope.CONSTANT) {
      inputs[value.input()] = true;
    } else if (!value.isInput()) {
      statements.set(value.definition());
    }
    return value.definition();
  }
}
