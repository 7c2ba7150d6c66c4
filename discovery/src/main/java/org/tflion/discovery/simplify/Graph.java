package org.tflion.discovery.simplify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.tflion.discovery.abstracts.Pruning;
import org.tflion.discovery.program.Argument;
import org.tflion.discovery.program.Constant;
import org.tflion.discovery.program.Function;
import org.tflion.discovery.program.Kind;
import org.tflion.discovery.program.Program;
import org.tflion.discovery.program.Statement;
import org.tflion.discovery.program.Variable;

/**
 * A program as values instead of statements: names and order are gone, and equal calls are one
 * node.
 */
final class Graph {

  private final List<Node> nodes = new ArrayList<>();
  private final List<Kind> kinds = new ArrayList<>();
  private final Map<Node, Integer> numbers = new HashMap<>();

  /** A graph and what it returns: the nodes of update, m, v. */
  record Rooted(Graph graph, List<Integer> outputs) {

    Rooted {
      outputs = List.copyOf(outputs);
    }
  }

  /** The live values of a program. */
  static Rooted of(Program program) {
    var graph = new Graph();
    Map<String, Integer> variables = new HashMap<>();
    for (String input : Program.INPUTS) {
      variables.put(input, graph.input(input));
    }
    for (Statement statement : Pruning.withoutDead(program).statements()) {
      List<Integer> arguments = new ArrayList<>();
      for (Argument argument : statement.arguments()) {
        arguments.add(
            argument instanceof Variable variable
                ? Objects.requireNonNull(variables.get(variable.name()))
                : graph.number(((Constant) argument).value()));
      }
      variables.put(statement.target().name(), graph.call(statement.function(), arguments));
    }
    return new Rooted(
        graph,
        List.of(
            Objects.requireNonNull(variables.get("update")),
            graph.state("m", variables),
            graph.state("v", variables)));
  }

  /** What a state becomes: itself if nothing reads it, since then its value does not matter. */
  private int state(String name, Map<String, Integer> variables) {
    int old = input(name);
    boolean read =
        nodes.stream().anyMatch(n -> n instanceof Node.Call c && c.arguments().contains(old));
    return read ? Objects.requireNonNull(variables.get(name)) : old;
  }

  int input(String name) {
    return add(new Node.Input(name), name.equals("lr") ? Kind.SCALAR : Kind.TREE);
  }

  int number(double value) {
    return add(new Node.Literal(value), Kind.SCALAR);
  }

  int call(Function function, List<Integer> arguments) {
    Kind kind = function.signature().result(arguments.stream().map(kinds::get).toList());
    if (kind == null) {
      throw new IllegalArgumentException(
          "Graph: " + function.text() + " needs " + function.signature().rule());
    }
    return add(new Node.Call(function, arguments), kind);
  }

  private int add(Node node, Kind kind) {
    Integer known = numbers.putIfAbsent(node, nodes.size());
    if (known != null) {
      return known;
    }
    nodes.add(node);
    kinds.add(kind);
    return nodes.size() - 1;
  }

  int size() {
    return nodes.size();
  }

  Node node(int number) {
    return nodes.get(number);
  }

  Kind kind(int number) {
    return kinds.get(number);
  }

  /** Whether a node is a call of this function. */
  boolean calls(int number, Function function) {
    return node(number) instanceof Node.Call call && call.function() == function;
  }

  /** An argument of a call. */
  int argument(int number, int position) {
    return ((Node.Call) node(number)).argument(position);
  }

  /** Whether a node is this constant. */
  boolean is(int number, double value) {
    return node(number) instanceof Node.Literal constant && constant.value() == value;
  }
}
