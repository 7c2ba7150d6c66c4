package org.tflion.tpu.graph;

/** How a node names what it waits for: {@code node}, {@code node:1}, or {@code ^node}. */
final class Edge {

  private Edge() {}

  /** The node at its beginning. */
  static String node(String edge) {
    String name = isControl(edge) ? edge.substring(1) : edge;
    int colon = name.indexOf(':');
    return colon < 0 ? name : name.substring(0, colon);
  }

  /** Whether no value flows along it. */
  static boolean isControl(String edge) {
    return edge.startsWith("^");
  }

  /** The same edge from another node. */
  static String from(String edge, String node) {
    return (isControl(edge) ? "^" : "")
        + node
        + edge.substring((isControl(edge) ? 1 : 0) + node(edge).length());
  }

  static String control(String node) {
    return "^" + node;
  }

  /** The tensor of an output, as an input names it: the first output goes without a number. */
  static String tensor(String output) {
    return output.endsWith(":0") ? output.substring(0, output.length() - 2) : output;
  }
}
