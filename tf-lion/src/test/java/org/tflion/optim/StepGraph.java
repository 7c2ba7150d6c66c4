package org.tflion.optim;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.tensorflow.Graph;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** One step of a graph as edges between nodes, data and control, and what its nodes overwrite. */
final class StepGraph {

  private static final Set<String> VARIABLES = Set.of("VariableV2", "VarHandleOp");
  private static final Set<String> CALLS = Set.of("StatefulPartitionedCall", "PartitionedCall");

  /** Nodes that hand on a reference variable's buffer without a copy. */
  private static final Set<String> ALIASES = Set.of("Identity", "EnsureShape", "Reshape");

  private final Map<String, NodeDef> nodes = new HashMap<>();
  private final Map<String, FunctionDef> functions = new HashMap<>();
  private final Map<String, Set<String>> ancestors = new HashMap<>();
  private final Set<String> step = new HashSet<>();

  /** The nodes that run when {@code targets} are fetched. */
  StepGraph(Graph graph, List<String> targets) {
    GraphDef definition = graph.toGraphDef();
    definition.getNodeList().forEach(node -> nodes.put(node.getName(), node));
    definition
        .getLibrary()
        .getFunctionList()
        .forEach(function -> functions.put(function.getSignature().getName(), function));
    for (String target : targets) {
      step.add(target);
      step.addAll(ancestors(target));
    }
  }

  /** Every "reader of v may run after writer" of the step; empty if the order is right. */
  List<String> violations() {
    List<String> found = new ArrayList<>();
    for (String variable : variables()) {
      Set<String> readers = readers(variable);
      for (String writer : writers(variable)) {
        for (String reader : readers) {
          if (!reader.equals(writer) && !ancestors(writer).contains(reader)) {
            found.add(reader + " reads " + variable + ", may run after " + writer);
          }
        }
      }
    }
    return found;
  }

  /** The variables that some node of the step overwrites. */
  Set<String> written() {
    return variables().stream().filter(v -> !writers(v).isEmpty()).collect(Collectors.toSet());
  }

  private List<String> variables() {
    return step.stream().filter(name -> VARIABLES.contains(node(name).getOp())).toList();
  }

  private Set<String> writers(String variable) {
    return consumers(variable).stream()
        .filter(name -> writes(node(name), variable))
        .collect(Collectors.toSet());
  }

  /** Whoever looks at the old value: for a reference variable also through its aliases. */
  private Set<String> readers(String variable) {
    boolean reference = node(variable).getOp().equals("VariableV2");
    Set<String> readers = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(variable));
    while (!open.isEmpty()) {
      for (String consumer : consumers(open.pop())) {
        NodeDef node = node(consumer);
        boolean onlyWrites = !CALLS.contains(node.getOp()) && writes(node, variable);
        if (!onlyWrites && readers.add(consumer)) {
          if (reference && ALIASES.contains(node.getOp())) {
            open.push(consumer);
          }
        }
      }
    }
    return readers;
  }

  private Set<String> consumers(String name) {
    return step.stream()
        .filter(other -> inputs(node(other)).contains(name))
        .collect(Collectors.toSet());
  }

  private boolean writes(NodeDef node, String variable) {
    if (CALLS.contains(node.getOp())) {
      FunctionDef body = function(node);
      for (int i = 0; i < node.getInputCount(); i++) {
        if (source(node.getInput(i)).equals(variable) && writesArgument(body, i)) {
          return true;
        }
      }
      return false;
    }
    return node.getOp().startsWith("Assign") && source(node.getInput(0)).equals(variable);
  }

  private static boolean writesArgument(FunctionDef body, int argument) {
    if (argument >= body.getSignature().getInputArgCount()) {
      return false; // a control input
    }
    String name = body.getSignature().getInputArg(argument).getName();
    boolean writes = uses(body, "Assign", name) > 0;
    if (writes && uses(body, "ReadVariableOp", name) > 1) {
      // One read has to precede the write, whose value comes from it; a second might follow it.
      throw new IllegalStateException(name + " is read twice and written in " + body);
    }
    return writes;
  }

  private static long uses(FunctionDef body, String op, String argument) {
    return body.getNodeDefList().stream()
        .filter(node -> node.getOp().startsWith(op))
        .filter(node -> source(node.getInput(0)).equals(argument))
        .count();
  }

  private Set<String> ancestors(String name) {
    Set<String> known = ancestors.get(name);
    if (known != null) {
      return known;
    }
    Set<String> found = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(name));
    while (!open.isEmpty()) {
      for (String input : inputs(node(open.pop()))) {
        if (found.add(input)) {
          open.push(input);
        }
      }
    }
    ancestors.put(name, found);
    return found;
  }

  private static Set<String> inputs(NodeDef node) {
    return node.getInputList().stream().map(StepGraph::source).collect(Collectors.toSet());
  }

  private NodeDef node(String name) {
    return requireNonNull(nodes.get(name), name);
  }

  private FunctionDef function(NodeDef call) {
    String name = call.getAttrOrThrow("f").getFunc().getName();
    return requireNonNull(functions.get(name), name);
  }

  private static String source(String input) {
    String name = input.startsWith("^") ? input.substring(1) : input;
    int output = name.indexOf(':');
    return output < 0 ? name : name.substring(0, output);
  }
}
