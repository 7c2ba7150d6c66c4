package org.tflion.discovery.simplify;

import java.util.List;
import org.tflion.discovery.program.Function;

/** A value in a graph of values; arguments are numbers of earlier nodes of the same graph. */
sealed interface Node {

  /** What the program is called with. */
  record Input(String name) implements Node {}

  /** A constant. */
  record Literal(double value) implements Node {}

  /** The result of a function. */
  record Call(Function function, List<Integer> arguments) implements Node {

    public Call {
      arguments = List.copyOf(arguments);
    }

    int argument(int position) {
      return arguments.get(position);
    }
  }
}
