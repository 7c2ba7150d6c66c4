package org.tflion.discovery.simplify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.tflion.discovery.program.Function;
import org.tflion.discovery.program.Program;

/**
 * An identity of algebra, applied wherever it fits. Identities hold for real numbers; rounding and
 * the small number that division adds make results differ in the last digits, or where a
 * denominator is near zero.
 */
public enum Rule {
  /** Functions of constants become constants. */
  FOLD_CONSTANTS("fold constants") {
    @Override
    int rewrite(Graph graph, Function function, List<Integer> arguments) {
      return Identities.fold(graph, function, arguments);
    }
  },
  /** {@code x * 1 = x}, {@code x + 0 = x}, {@code interp(x, x, a) = x} and the like. */
  DROP_NEUTRAL("drop neutral operations") {
    @Override
    int rewrite(Graph graph, Function function, List<Integer> arguments) {
      return Identities.neutral(graph, function, arguments);
    }
  },
  /** {@code sqrt(x * x) = |x|} and the like. */
  SQUARES("sqrt(x * x) = abs(x)") {
    @Override
    int rewrite(Graph graph, Function function, List<Integer> arguments) {
      return Identities.squares(graph, function, arguments);
    }
  },
  /** {@code x / |x| = sign(x)}, {@code (x * y) / |x| = sign(x) * y}. */
  SIGN("x / abs(x) = sign(x)") {
    @Override
    int rewrite(Graph graph, Function function, List<Integer> arguments) {
      return Identities.sign(graph, function, arguments);
    }
  },
  /** {@code sign(f(x)) = sign(x)} for functions that keep the sign. */
  SIGN_OF_ODD("sign(arcsin(x)) = sign(x)") {
    @Override
    int rewrite(Graph graph, Function function, List<Integer> arguments) {
      return Identities.signOfOdd(graph, function, arguments);
    }
  },
  /** {@code interp(x, interp(x, y, a), b) = interp(x, y, a * b)}. */
  MERGE_AVERAGES("interp(x, interp(x, y, a), b) = interp(x, y, a b)") {
    @Override
    int rewrite(Graph graph, Function function, List<Integer> arguments) {
      return Identities.mergeAverages(graph, function, arguments);
    }
  },
  /** {@code x * k + y * k = (x + y) * k} for scalars k. */
  FACTOR_OUT("x k + y k = (x + y) k") {
    @Override
    int rewrite(Graph graph, Function function, List<Integer> arguments) {
      return Factors.pullOut(graph, function, arguments);
    }
  };

  /** What a rewrite returns where the rule does not fit. */
  static final int NO_MATCH = -1;

  private final String words;

  Rule(String words) {
    this.words = words;
  }

  /** A node equal to this call, or {@link #NO_MATCH}. */
  abstract int rewrite(Graph graph, Function function, List<Integer> arguments);

  /** What a report calls this rule. */
  public String words() {
    return words;
  }

  /** The program after the rule, or nothing if it fits nowhere. */
  public Optional<Program> apply(Program program) {
    Graph.Rooted old = Graph.of(program);
    var graph = new Graph();
    Map<Integer, Integer> moved = new HashMap<>();
    boolean matched = false;
    for (int i = 0; i < old.graph().size(); i++) {
      int node = copy(old.graph().node(i), graph, moved);
      // A result can match again, as in sqrt(square(x)) inside another root.
      for (int better = match(graph, node); better != NO_MATCH; better = match(graph, node)) {
        node = better;
        matched = true;
      }
      moved.put(i, node);
    }
    List<Integer> outputs =
        old.outputs().stream().map(node -> Objects.requireNonNull(moved.get(node))).toList();
    return matched ? Optional.of(Writer.write(new Graph.Rooted(graph, outputs))) : Optional.empty();
  }

  private int match(Graph graph, int node) {
    if (!(graph.node(node) instanceof Node.Call call)) {
      return NO_MATCH;
    }
    int better = rewrite(graph, call.function(), call.arguments());
    boolean fits = better != NO_MATCH && better != node && graph.kind(better) == graph.kind(node);
    return fits ? better : NO_MATCH;
  }

  static int copy(Node node, Graph graph, Map<Integer, Integer> moved) {
    if (node instanceof Node.Call call) {
      List<Integer> arguments = new ArrayList<>();
      call.arguments().forEach(a -> arguments.add(Objects.requireNonNull(moved.get(a))));
      return graph.call(call.function(), arguments);
    }
    return node instanceof Node.Input input
        ? graph.input(input.name())
        : graph.number(((Node.Literal) node).value());
  }
}
