package org.tflion.tpu.graph;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * One rewriting of one graph.
 *
 * <pre>{@code
 * x, x_1 -> TPUReplicatedInput -> | replicated_input_0 -> the computation -> Identity |
 *             TPUReplicateMetadata | all of it with _tpu_replicate                      |
 *                                                -> TPUReplicatedOutput -> output_0_shard_0, _1
 * }</pre>
 */
final class Rewrite {

  private static final String IDENTITY = "Identity";
  private static final String NO_OP = "NoOp";

  /** Inside a computation, the core that a replica runs on. */
  private static final String CORE = "/device:TPU_REPLICATED_CORE:0";

  private final Replication replication;
  private final Computation computation;
  private final Map<String, NodeDef> nodes;
  private final Set<String> members;
  private final Names names;
  private final GraphDef.Builder graph;
  private final String cluster;
  private final String metadata;

  Rewrite(Replication replication, Computation computation) {
    this.replication = replication;
    this.computation = computation;
    this.nodes = Computation.nodes(computation.graph());
    this.members = Members.of(computation);
    this.names = new Names(computation.graph());
    this.graph = computation.graph().toBuilder().clearNode();
    this.cluster = names.free("cluster");
    this.metadata = names.free("TPUReplicateMetadata");
  }

  Replicated result() {
    nodes.values().stream()
        .filter(node -> !members.contains(node.getName()))
        .forEach(graph::addNode);
    String pivot = names.free(cluster + "/pivot");
    add(node(pivot, NO_OP).putAttr("_pivot_for_cluster", text(cluster)));
    add(
        inside(metadata, "TPUReplicateMetadata")
            .addInput(Edge.control(pivot))
            .putAttr("num_replicas", number(replication.replicas()))
            .putAttr("use_spmd_for_xla_partitioning", yes()));
    Map<String, String> inner = new HashMap<>();
    List<List<String>> inputs = replicas();
    for (int i = 0; i < computation.inputs().size(); i++) {
      inner.put(computation.inputs().get(i), input(i, inputs));
    }
    members.forEach(name -> add(member(Objects.requireNonNull(nodes.get(name)), inner)));
    String end = names.free(NO_OP);
    add(inside(end, NO_OP).addInput(Edge.control(pivot)));
    Set<String> after = new TreeSet<>(computation.targets());
    after.add(end);
    List<List<String>> outputs = replicas();
    for (int i = 0; i < computation.outputs().size(); i++) {
      output(i, inner, after, outputs);
    }
    String compilation = names.free("TPUCompilationResult");
    add(
        node(compilation, "TPUCompilationResult")
            .addInput(Edge.control(metadata))
            .putAttr("_tpu_compilation_status", text(cluster)));
    List<String> targets = computation.outputs().isEmpty() ? targets(after) : List.of();
    String configure = system("ConfigureDistributedTPU") + ":0";
    String shutdown = system("ShutdownDistributedTPU");
    return new Replicated(
        graph.build(), inputs, outputs, targets, compilation + ":0", configure, shutdown);
  }

  /** An empty list for every replica. */
  private List<List<String>> replicas() {
    List<List<String>> lists = new ArrayList<>();
    for (int i = 0; i < replication.replicas(); i++) {
      lists.add(new ArrayList<>());
    }
    return lists;
  }

  /** Adds a placeholder for each replica, and what the computation reads instead. */
  private String input(int index, List<List<String>> inputs) {
    NodeDef placeholder = Objects.requireNonNull(nodes.get(computation.inputs().get(index)));
    Members.checkInput(placeholder);
    AttrValue type = placeholder.getAttrOrThrow("dtype");
    NodeDef.Builder all =
        node(names.free("input" + index), "TPUReplicatedInput")
            .putAttr("N", number(replication.replicas()))
            .putAttr("T", type);
    for (List<String> replica : inputs) {
      String name = placeholder.getName();
      if (all.getInputCount() > 0) {
        name = names.free(name);
        add(placeholder.toBuilder().setName(name));
      }
      all.addInput(name);
      replica.add(name);
    }
    add(all);
    String inner = names.free("replicated_input_" + index);
    add(
        inside(inner, IDENTITY)
            .addInput(all.getName())
            .addInput(Edge.control(metadata))
            .putAttr("T", type)
            .putAttr("_tpu_input_identity", yes()));
    return inner;
  }

  /** A node of the computation. What begins it waits for the metadata, directly or not. */
  private NodeDef.Builder member(NodeDef node, Map<String, String> inner) {
    NodeDef.Builder member =
        node.toBuilder().clearInput().putAttr(Replication.CLUSTER, text(cluster));
    member.removeAttr("_XlaMustCompile"); // all of a computation is compiled
    boolean begins = true;
    for (String edge : node.getInputList()) {
      String from = Edge.node(edge);
      boolean within = members.contains(from) || inner.containsKey(from);
      begins &= !within;
      if (within || !Edge.isControl(edge)) {
        member.addInput(Edge.from(edge, inner.getOrDefault(from, from)));
      }
    }
    return begins ? member.addInput(Edge.control(metadata)) : member;
  }

  private void output(
      int index, Map<String, String> inner, Collection<String> after, List<List<String>> outputs) {
    Computation.Output output = computation.outputs().get(index);
    AttrValue type = type(output.type());
    String from = Edge.node(output.tensor());
    String last = names.free(IDENTITY);
    add(
        inside(last, IDENTITY)
            .addInput(Edge.tensor(Edge.from(output.tensor(), inner.getOrDefault(from, from))))
            .setDevice(CORE)
            .putAttr("T", type)
            .putAttr("_tpu_output_identity", yes()));
    String all = names.free("output" + index);
    add(
        node(all, "TPUReplicatedOutput")
            .addInput(last)
            .putAttr("num_replicas", number(replication.replicas()))
            .putAttr("T", type));
    for (int replica = 0; replica < outputs.size(); replica++) {
      NodeDef.Builder own =
          node(names.free("output_" + index + "_shard_" + replica), IDENTITY)
              .addInput(Edge.tensor(all + ":" + replica))
              .putAttr("T", type);
      after.forEach(each -> own.addInput(Edge.control(each)));
      add(own);
      outputs.get(replica).add(own.getName() + ":0");
    }
  }

  private List<String> targets(Collection<String> after) {
    List<String> targets = new ArrayList<>();
    for (int replica = 0; replica < replication.replicas(); replica++) {
      NodeDef.Builder own = node(names.free("shard_" + replica), NO_OP);
      after.forEach(each -> own.addInput(Edge.control(each)));
      add(own);
      targets.add(own.getName());
    }
    return targets;
  }

  private String system(String operation) {
    String name = names.free(operation);
    add(node(name, operation).setDevice(replication.system()));
    return name;
  }

  private void add(NodeDef.Builder node) {
    graph.addNode(node);
  }

  private static NodeDef.Builder node(String name, String operation) {
    return NodeDef.newBuilder().setName(name).setOp(operation);
  }

  private NodeDef.Builder inside(String name, String operation) {
    return node(name, operation).putAttr(Replication.CLUSTER, text(cluster));
  }

  private static AttrValue text(String value) {
    return AttrValue.newBuilder().setS(ByteString.copyFromUtf8(value)).build();
  }

  private static AttrValue number(long value) {
    return AttrValue.newBuilder().setI(value).build();
  }

  private static AttrValue yes() {
    return AttrValue.newBuilder().setB(true).build();
  }

  private static AttrValue type(DataType value) {
    return AttrValue.newBuilder().setType(value).build();
  }
}
