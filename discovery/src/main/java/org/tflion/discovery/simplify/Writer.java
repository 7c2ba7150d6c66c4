package org.tflion.discovery.simplify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.tflion.discovery.program.Argument;
import org.tflion.discovery.program.Constant;
import org.tflion.discovery.program.Function;
import org.tflion.discovery.program.Program;
import org.tflion.discovery.program.Statement;
import org.tflion.discovery.program.Variable;

/**
 * Writes a graph as statements.
 *
 * <p>What is returned in {@code m} and {@code v} is assigned last, so that earlier statements read
 * the old values. A value that feeds nothing but the next value of {@code update} is called {@code
 * update} too, as in the paper; the others are {@code t1}, {@code t2} and so on.
 */
final class Writer {

  private final Graph graph;
  private final List<Integer> outputs;
  private final Map<Integer, String> names = new HashMap<>();

  private Writer(Graph.Rooted rooted) {
    this.graph = rooted.graph();
    this.outputs = new ArrayList<>(rooted.outputs());
  }

  static Program write(Graph.Rooted rooted) {
    return new Writer(rooted).program();
  }

  private Program program() {
    separateOutputs();
    List<Integer> order = order(1, 2);
    if (readsOverwritten(order)) {
      order = order(2, 1);
    }
    if (readsOverwritten(order)) {
      outputs.set(1, copy(outputs.get(1)));
      outputs.set(2, copy(outputs.get(2)));
      order = order(1, 2);
    }
    name(order);
    return new Program(order.stream().map(this::statement).toList());
  }

  /** Gives each output that something assigns a call of its own. */
  private void separateOutputs() {
    Set<Integer> taken = new HashSet<>();
    for (int i = 0; i < outputs.size(); i++) {
      int node = outputs.get(i);
      boolean unchanged = node == graph.input(Program.OUTPUTS.get(i));
      boolean isCall = graph.node(node) instanceof Node.Call;
      if (!unchanged && !(isCall && taken.add(node))) {
        outputs.set(i, copy(node));
        taken.add(outputs.get(i));
      }
    }
  }

  /** A new node of the same value; multiplying by one changes no number. */
  private int copy(int node) {
    return graph.call(Function.MULTIPLY, List.of(node, graph.number(1)));
  }

  /** The calls that the outputs need, arguments first, and last the new states in this order. */
  private List<Integer> order(int firstState, int secondState) {
    Set<Integer> needed = new LinkedHashSet<>();
    visit(outputs.get(0), needed);
    List<Integer> states = List.of(outputs.get(firstState), outputs.get(secondState));
    for (int state : states) {
      arguments(state).forEach(argument -> visit(argument, needed));
    }
    for (int state : states) {
      visit(state, needed);
    }
    return new ArrayList<>(needed);
  }

  private void visit(int node, Set<Integer> needed) {
    if (graph.node(node) instanceof Node.Call && !needed.contains(node)) {
      arguments(node).forEach(argument -> visit(argument, needed));
      needed.add(node);
    }
  }

  private List<Integer> arguments(int node) {
    return graph.node(node) instanceof Node.Call call ? call.arguments() : List.of();
  }

  /** Whether a statement after a new state's would read the old one. */
  private boolean readsOverwritten(List<Integer> order) {
    for (int output = 1; output < outputs.size(); output++) {
      int old = graph.input(Program.OUTPUTS.get(output));
      int position = order.indexOf(outputs.get(output));
      for (int i = position + 1; position >= 0 && i < order.size(); i++) {
        if (arguments(order.get(i)).contains(old)) {
          return true;
        }
      }
    }
    return false;
  }

  private void name(List<Integer> order) {
    for (String input : Program.INPUTS) {
      names.put(graph.input(input), input);
    }
    for (int i = 0; i < outputs.size(); i++) {
      names.put(outputs.get(i), Program.OUTPUTS.get(i));
    }
    nameUpdates(order);
    int temporaries = 0;
    for (int node : order) {
      if (!names.containsKey(node)) {
        names.put(node, "t" + ++temporaries);
      }
    }
  }

  private void nameUpdates(List<Integer> order) {
    int node = outputs.get(0);
    while (node >= 0) {
      int next = -1;
      for (int argument : arguments(node)) {
        boolean once = order.stream().filter(n -> arguments(n).contains(argument)).count() == 1;
        if (next < 0 && once && graph.node(argument) instanceof Node.Call) {
          next = names.putIfAbsent(argument, "update") == null ? argument : -1;
        }
      }
      node = next;
    }
  }

  private Statement statement(int node) {
    var call = (Node.Call) graph.node(node);
    List<Argument> arguments = call.arguments().stream().map(this::argument).toList();
    return new Statement(new Variable(name(node)), call.function(), arguments);
  }

  private Argument argument(int node) {
    return graph.node(node) instanceof Node.Literal constant
        ? new Constant(constant.value())
        : new Variable(name(node));
  }

  private String name(int node) {
    return Objects.requireNonNull(names.get(node));
  }
}
