package org.tflion.tpu.graph;

import java.util.HashSet;
import java.util.Set;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** Names for new nodes of a graph, in TensorFlow's way. */
final class Names {

  private final Set<String> taken = new HashSet<>();

  Names(GraphDef graph) {
    graph.getNodeList().stream().map(NodeDef::getName).forEach(taken::add);
  }

  /** A name that no node has: this one, or this one with the first free number. */
  String free(String wanted) {
    String name = wanted;
    for (int i = 1; !taken.add(name); i++) {
      name = wanted + "_" + i;
    }
    return name;
  }
}
