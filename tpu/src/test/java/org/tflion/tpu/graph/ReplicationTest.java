package org.tflion.tpu.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.TextFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Graph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TFloat32;

/**
 * The goldens are what {@code tpu.replicate} of TensorFlow 2.21.0 makes of the same step; {@code
 * benchmarks/peers/replicate.py} writes them.
 */
class ReplicationTest {

  private static final Computation.Output PRODUCT =
      new Computation.Output("product:0", DataType.DT_FLOAT);

  private static GraphDef read(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(ReplicationTest.class.getResourceAsStream(name + ".pbtxt"))) {
      GraphDef.Builder graph = GraphDef.newBuilder();
      TextFormat.merge(new String(in.readAllBytes(), StandardCharsets.UTF_8), graph);
      return graph.build();
    }
  }

  private static Map<String, NodeDef> nodes(GraphDef graph) {
    return graph.getNodeList().stream().collect(Collectors.toMap(NodeDef::getName, node -> node));
  }

  private static NodeDef node(Replicated rewritten, String name) {
    return Objects.requireNonNull(nodes(rewritten.graph()).get(name));
  }

  /** TensorFlow itself says whether the operations, their attributes and their edges are right. */
  private static void imports(GraphDef graph) {
    try (Graph imported = new Graph()) {
      imported.importGraphDef(graph);
    }
  }

  @Test
  void twoReplicasAreThoseOfTensorFlow() throws Exception {
    Computation step =
        new Computation(read("step"), List.of("x"), List.of(PRODUCT), List.of("assign"));
    Replicated two = new Replication(2, "tpu_worker").of(step);
    assertThat(nodes(two.graph())).isEqualTo(nodes(read("two")));
    assertThat(two.inputs()).containsExactly(List.of("x"), List.of("x_1"));
    assertThat(two.outputs())
        .containsExactly(List.of("output_0_shard_0:0"), List.of("output_0_shard_1:0"));
    assertThat(two.targets()).isEmpty();
    assertThat(two.compilation()).isEqualTo("TPUCompilationResult:0");
    assertThat(two.configure()).isEqualTo("ConfigureDistributedTPU:0");
    assertThat(two.shutdown()).isEqualTo("ShutdownDistributedTPU");
    imports(two.graph());
  }

  @Test
  void oneReplicaWithoutOutputsIsThatOfTensorFlow() throws Exception {
    Computation step = new Computation(read("step"), List.of("x"), List.of(), List.of("assign"));
    Replicated one = new Replication(1, "").of(step);
    assertThat(nodes(one.graph())).isEqualTo(nodes(read("one")));
    assertThat(one.targets()).containsExactly("shard_0");
    assertThat(one.outputs()).containsExactly(List.of());
    imports(one.graph());
  }

  @Test
  void namesThatAreTakenGetNumbers() throws Exception {
    GraphDef.Builder graph = read("step").toBuilder();
    Stream.of("cluster", "input0", "NoOp", "Identity", "output0", "x_1", "TPUReplicateMetadata")
        .forEach(name -> graph.addNodeBuilder().setName(name).setOp("NoOp"));
    Replicated two =
        new Replication(2, "")
            .of(new Computation(graph.build(), List.of("x"), List.of(PRODUCT), List.of("assign")));
    assertThat(two.inputs()).containsExactly(List.of("x"), List.of("x_2"));
    assertThat(nodes(two.graph())).hasSize(two.graph().getNodeCount());
    assertThat(two.graph().getNodeList())
        .filteredOn(node -> node.getName().equals("cluster"))
        .containsExactly(NodeDef.newBuilder().setName("cluster").setOp("NoOp").build());
    imports(two.graph());
  }

  /** What starts a run is not the step's: it stays on the host, as it is. */
  @Test
  void theRestOfAGraphStaysAsItIs() throws Exception {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      var x = tf.withName("x").placeholder(TFloat32.class, Placeholder.shape(Shape.of(3)));
      var w = tf.varHandleOp(TFloat32.class, Shape.of(3), VarHandleOp.sharedName("w"));
      var start =
          tf.assignVariableOp(
              w, tf.withName("zeros").zeros(tf.constant(new int[] {3}), TFloat32.class));
      var y = tf.math.mul(x, tf.readVariableOp(w, TFloat32.class));
      Computation step =
          new Computation(
              graph.toGraphDef(),
              List.of("x"),
              List.of(new Computation.Output(y.op().name() + ":0", DataType.DT_FLOAT)),
              List.of());
      Replicated one = new Replication(1, "").of(step);
      NodeDef before = Objects.requireNonNull(nodes(graph.toGraphDef()).get(start.op().name()));
      assertThat(nodes(one.graph())).containsEntry(start.op().name(), before);
      assertThat(node(one, y.op().name()).getAttrOrThrow("_tpu_replicate").getS().toStringUtf8())
          .isEqualTo("cluster");
      imports(one.graph());
    }
  }

  @Test
  void aCallIsCompiledWithAllElse() throws Exception {
    GraphDef graph = changed("product", node -> node.putAttr("_XlaMustCompile", yes()));
    Replicated one =
        new Replication(1, "")
            .of(new Computation(graph, List.of("x"), List.of(PRODUCT), List.of("assign")));
    assertThat(node(one, "product").containsAttr("_XlaMustCompile")).isFalse();
  }

  private static AttrValue yes() {
    return AttrValue.newBuilder().setB(true).build();
  }

  private static GraphDef changed(String name, Consumer<NodeDef.Builder> change)
      throws IOException {
    GraphDef.Builder graph = read("step").toBuilder();
    graph.getNodeBuilderList().stream().filter(node -> node.getName().equals(name)).forEach(change);
    return graph.build();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "w | op VariableV2 | Replication: w must be a resource variable (got VariableV2)",
        "rate | op Placeholder | Replication: rate must be among the inputs (got Placeholder)",
        "decayed | op PyFunc | Replication: decayed runs on the host; move it out of the"
            + " computation (got PyFunc)",
        "product | op Switch | Replication: product must be a loop or branch by functions, such as"
            + " While or If (got Switch)",
        "product | device /cpu:0 | Replication: product must leave its device to the TPU worker"
            + " (got Mul)",
        "read | type | Replication: read runs on the host; move it out of the computation (got"
            + " ReadVariableOp)",
        "product | cluster | Replication: product must not be part of a computation already (got"
            + " Mul)",
        "x | shape | Replication: x must have a static shape (got [-1])",
      })
  void refusesWhatATpuCannotRun(String node, String change, String sentence) throws Exception {
    GraphDef graph = changed(node, builder -> change(builder, change));
    Computation step = new Computation(graph, List.of("x"), List.of(PRODUCT), List.of("assign"));
    Replication replication = new Replication(1, "");
    assertThatThrownBy(() -> replication.of(step))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(sentence);
  }

  private static void change(NodeDef.Builder node, String change) {
    String[] words = change.split(" ", -1);
    switch (words[0]) {
      case "op" -> node.setOp(words[1]);
      case "device" -> node.setDevice(words[1]);
      case "type" ->
          node.putAttr("dtype", AttrValue.newBuilder().setType(DataType.DT_STRING).build());
      case "cluster" -> node.putAttr("_tpu_replicate", yes());
      default -> {
        AttrValue.Builder shape = AttrValue.newBuilder();
        shape.getShapeBuilder().addDimBuilder().setSize(-1);
        node.putAttr("shape", shape.build());
      }
    }
  }

  @Test
  void refusesAValueThatIsUsedElsewhere() throws Exception {
    GraphDef graph =
        read("step").toBuilder()
            .addNode(NodeDef.newBuilder().setName("log").setOp("Identity").addInput("product"))
            .build();
    Computation step = new Computation(graph, List.of("x"), List.of(PRODUCT), List.of("assign"));
    assertThatThrownBy(() -> new Replication(1, "").of(step))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Replication: log must not use product, whose value stays on the TPU; make it an"
                + " output (got Identity)");
  }

  @Test
  void refusesNamesThatAreNotThere() throws Exception {
    GraphDef graph = read("step");
    List<String> none = List.of();
    assertThatThrownBy(() -> new Computation(graph, List.of("w"), List.of(PRODUCT), none))
        .hasMessage("Computation: an input must be the name of a placeholder of the graph (got w)");
    List<Computation.Output> loss = List.of(new Computation.Output("loss:0", DataType.DT_FLOAT));
    assertThatThrownBy(() -> new Computation(graph, none, loss, none))
        .hasMessage(
            "Computation: an output must be a tensor of the graph, such as loss:0 (got loss:0)");
    assertThatThrownBy(() -> new Computation(graph, none, List.of(), List.of("go")))
        .hasMessage("Computation: a target must be the name of an operation of the graph (got go)");
    assertThatThrownBy(() -> new Computation(graph, none, List.of(), none))
        .hasMessage("Computation: give at least one output or target (got [])");
    assertThatThrownBy(() -> new Replication(0, ""))
        .hasMessage("Replication: replicas must be 1 or more (got 0)");
  }
}
