package org.tflion.discovery.simplify;

import static org.tflion.discovery.simplify.Rule.NO_MATCH;

import java.util.ArrayList;
import java.util.List;
import org.tflion.discovery.program.Function;
import org.tflion.discovery.program.Kind;

/** Sums of products with a common scalar factor, and products of several constants. */
final class Factors {

  private static final int MOST_FACTORS = 16;

  private Factors() {}

  /** {@code x k + y k = (x + y) k}, and constants of one product merged into one. */
  static int pullOut(Graph graph, Function function, List<Integer> arguments) {
    return switch (function) {
      case ADD, SUBTRACT -> pullOutOfSum(graph, function, arguments);
      case MULTIPLY -> mergeConstants(graph, arguments);
      default -> NO_MATCH;
    };
  }

  private static int pullOutOfSum(Graph graph, Function function, List<Integer> arguments) {
    List<Integer> left = factors(graph, arguments.get(0));
    List<Integer> right = factors(graph, arguments.get(1));
    List<Integer> common = new ArrayList<>();
    for (int factor : List.copyOf(left)) {
      if (graph.kind(factor) == Kind.SCALAR && right.contains(factor)) {
        left.remove((Integer) factor);
        right.remove((Integer) factor);
        common.add(factor);
      }
    }
    if (common.isEmpty() || left.isEmpty() || right.isEmpty()) {
      return NO_MATCH;
    }
    int sum = graph.call(function, List.of(product(graph, left), product(graph, right)));
    return graph.call(Function.MULTIPLY, List.of(sum, product(graph, common)));
  }

  private static int mergeConstants(Graph graph, List<Integer> arguments) {
    List<Integer> factors = factors(graph, arguments.get(0));
    factors.addAll(factors(graph, arguments.get(1)));
    List<Integer> rest = new ArrayList<>();
    double constant = 1;
    int constants = 0;
    for (int factor : factors) {
      if (graph.node(factor) instanceof Node.Literal number) {
        constant *= number.value();
        constants++;
      } else {
        rest.add(factor);
      }
    }
    if (constants < 2 || rest.isEmpty()) {
      return NO_MATCH;
    }
    return graph.call(Function.MULTIPLY, List.of(product(graph, rest), graph.number(constant)));
  }

  /**
   * What a product multiplies; a node that is none is its own factor. Long products are not taken
   * apart to the end, because a shared factor can occur exponentially often.
   */
  private static List<Integer> factors(Graph graph, int node) {
    List<Integer> factors = new ArrayList<>(List.of(node));
    for (int i = 0; i < factors.size(); ) {
      int factor = factors.get(i);
      if (graph.calls(factor, Function.MULTIPLY) && factors.size() < MOST_FACTORS) {
        factors.set(i, graph.argument(factor, 0));
        factors.add(i + 1, graph.argument(factor, 1));
      } else {
        i++;
      }
    }
    return factors;
  }

  private static int product(Graph graph, List<Integer> factors) {
    int product = factors.get(0);
    for (int factor : factors.subList(1, factors.size())) {
      product = graph.call(Function.MULTIPLY, List.of(product, factor));
    }
    return product;
  }
}
