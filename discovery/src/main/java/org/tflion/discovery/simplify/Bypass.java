package org.tflion.discovery.simplify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.tflion.discovery.program.Program;

/** Programs with one call less: whoever read its result reads one of its arguments instead. */
final class Bypass {

  /** A shorter program, and what it left out. */
  record Shortened(String omitted, Program program) {}

  private Bypass() {}

  /** All programs with one call less. */
  static List<Shortened> all(Program program) {
    Graph.Rooted rooted = Graph.of(program);
    List<Shortened> all = new ArrayList<>();
    for (int node = 0; node < rooted.graph().size(); node++) {
      if (rooted.graph().node(node) instanceof Node.Call call) {
        for (int argument : call.arguments()) {
          if (rooted.graph().kind(argument) == rooted.graph().kind(node)) {
            Program shorter = Writer.write(without(rooted, node, argument));
            all.add(new Shortened(call.function().text(), shorter));
          }
        }
      }
    }
    return all;
  }

  private static Graph.Rooted without(Graph.Rooted old, int node, int argument) {
    var graph = new Graph();
    Map<Integer, Integer> moved = new HashMap<>();
    for (int i = 0; i < old.graph().size(); i++) {
      int copied =
          i == node
              ? Objects.requireNonNull(moved.get(argument))
              : Rule.copy(old.graph().node(i), graph, moved);
      moved.put(i, copied);
    }
    return new Graph.Rooted(
        graph, old.outputs().stream().map(o -> Objects.requireNonNull(moved.get(o))).toList());
  }
}
