package org.tflion.discovery.simplify;

import static org.tflion.discovery.simplify.Rule.NO_MATCH;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.tflion.discovery.interpret.Scalars;
import org.tflion.discovery.program.Function;
import org.tflion.discovery.program.Signature;

/** The identities behind the rules, one call at a time. */
final class Identities {

  private static final Set<Function> SIGN_KEEPING =
      EnumSet.of(
          Function.ARCSIN,
          Function.ARCTAN,
          Function.SINH,
          Function.TANH,
          Function.ARCSINH,
          Function.ARCTANH,
          Function.EXPM1,
          Function.CUBE,
          Function.CBRT,
          Function.SIGN);

  private Identities() {}

  static int fold(Graph graph, Function function, List<Integer> arguments) {
    double[] values = new double[arguments.size()];
    for (int i = 0; i < values.length; i++) {
      if (!(graph.node(arguments.get(i)) instanceof Node.Literal constant)) {
        return NO_MATCH;
      }
      values[i] = constant.value();
    }
    double folded = value(function, values);
    return Double.isFinite(folded) ? graph.number(folded) : NO_MATCH;
  }

  /** What a function makes of numbers; NaN if it is not folded. */
  private static double value(Function function, double[] x) {
    return switch (function) {
      case ADD -> x[0] + x[1];
      case SUBTRACT -> x[0] - x[1];
      case MULTIPLY -> x[0] * x[1];
      case DIVIDE -> x[0] / (x[1] + Scalars.EPSILON);
      case MAXIMUM -> Math.max(x[0], x[1]);
      case MINIMUM -> Math.min(x[0], x[1]);
      case POWER -> Math.pow(x[0], x[1]);
      case INTERP -> (1 - x[2]) * x[0] + x[2] * x[1];
      default ->
          switch (function.signature()) {
            case VALUE -> Scalars.constant(function);
            case MAP -> Scalars.of(function).applyAsDouble(x[0]);
            default -> Double.NaN;
          };
    };
  }

  static int neutral(Graph graph, Function function, List<Integer> arguments) {
    return switch (function) {
      case MULTIPLY -> neutral(graph, arguments, 1, true);
      case ADD -> neutral(graph, arguments, 0, true);
      case SUBTRACT -> neutral(graph, arguments, 0, false);
      case MAXIMUM, MINIMUM ->
          arguments.get(0).equals(arguments.get(1)) ? arguments.get(0) : NO_MATCH;
      case INTERP -> neutralAverage(graph, arguments);
      default -> NO_MATCH;
    };
  }

  private static int neutral(
      Graph graph, List<Integer> arguments, double neutral, boolean eitherSide) {
    if (graph.is(arguments.get(1), neutral)) {
      return arguments.get(0);
    }
    return eitherSide && graph.is(arguments.get(0), neutral) ? arguments.get(1) : NO_MATCH;
  }

  private static int neutralAverage(Graph graph, List<Integer> arguments) {
    if (arguments.get(0).equals(arguments.get(1)) || graph.is(arguments.get(2), 0)) {
      return arguments.get(0);
    }
    return graph.is(arguments.get(2), 1) ? arguments.get(1) : NO_MATCH;
  }

  static int squares(Graph graph, Function function, List<Integer> arguments) {
    if (function == Function.MULTIPLY && arguments.get(0).equals(arguments.get(1))) {
      return graph.call(Function.SQUARE, arguments.subList(0, 1));
    }
    if (function.arity() != 1) {
      return NO_MATCH;
    }
    int inner = arguments.get(0);
    if (function == Function.SQRT && graph.calls(inner, Function.SQUARE)) {
      return graph.call(Function.ABS, List.of(graph.argument(inner, 0)));
    }
    boolean signLost =
        function == Function.SQUARE || function == Function.SQRT || function == Function.ABS;
    boolean signDropped = graph.calls(inner, Function.ABS) || graph.calls(inner, Function.NEGATIVE);
    return signLost && signDropped
        ? graph.call(function, List.of(graph.argument(inner, 0)))
        : NO_MATCH;
  }

  static int sign(Graph graph, Function function, List<Integer> arguments) {
    if (function != Function.DIVIDE || !graph.calls(arguments.get(1), Function.ABS)) {
      return NO_MATCH;
    }
    int above = arguments.get(0);
    int x = graph.argument(arguments.get(1), 0);
    int sign = graph.call(Function.SIGN, List.of(x));
    if (above == x) {
      return sign;
    }
    if (graph.calls(above, Function.MULTIPLY)) {
      int left = graph.argument(above, 0);
      int right = graph.argument(above, 1);
      if (left == x || right == x) {
        return graph.call(Function.MULTIPLY, List.of(sign, left == x ? right : left));
      }
    }
    return NO_MATCH;
  }

  static int signOfOdd(Graph graph, Function function, List<Integer> arguments) {
    boolean fits =
        function == Function.SIGN
            && graph.node(arguments.get(0)) instanceof Node.Call inner
            && inner.function().signature() == Signature.MAP
            && SIGN_KEEPING.contains(inner.function());
    return fits
        ? graph.call(Function.SIGN, List.of(graph.argument(arguments.get(0), 0)))
        : NO_MATCH;
  }

  static int mergeAverages(Graph graph, Function function, List<Integer> arguments) {
    if (function != Function.INTERP || !graph.calls(arguments.get(1), Function.INTERP)) {
      return NO_MATCH;
    }
    int inner = arguments.get(1);
    boolean constants =
        graph.node(arguments.get(2)) instanceof Node.Literal
            && graph.node(graph.argument(inner, 2)) instanceof Node.Literal;
    if (!constants || graph.argument(inner, 0) != arguments.get(0)) {
      return NO_MATCH;
    }
    double outerShare = ((Node.Literal) graph.node(arguments.get(2))).value();
    double innerShare = ((Node.Literal) graph.node(graph.argument(inner, 2))).value();
    int share = graph.number(outerShare * innerShare);
    return graph.call(Function.INTERP, List.of(arguments.get(0), graph.argument(inner, 1), share));
  }
}
