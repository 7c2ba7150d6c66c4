package org.tflion.discovery.program;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One assignment: {@code target = function(arguments)}.
 *
 * @param target the variable that takes the result, new or old
 * @param function what is called
 * @param arguments as many as the function takes
 */
public record Statement(Variable target, Function function, List<Argument> arguments) {

  public Statement {
    arguments = List.copyOf(arguments);
    if (arguments.size() != function.arity()) {
      throw new IllegalArgumentException(
          "Statement: "
              + function.text()
              + " takes "
              + function.arity()
              + " arguments (got "
              + arguments.size()
              + ")");
    }
  }

  public static Statement of(String target, Function function, Argument... arguments) {
    return new Statement(new Variable(target), function, List.of(arguments));
  }

  /** The same statement with another argument at this position. */
  public Statement withArgument(int position, Argument argument) {
    var changed = new ArrayList<>(arguments);
    changed.set(position, argument);
    return new Statement(target, function, changed);
  }

  /** The statement as the paper prints it. */
  @Override
  public String toString() {
    if (function.isOperator()) {
      return target + " = " + arguments.get(0) + " " + function.text() + " " + arguments.get(1);
    }
    return arguments.stream()
        .map(Argument::toString)
        .collect(Collectors.joining(", ", target + " = " + function.text() + "(", ")"));
  }
}
