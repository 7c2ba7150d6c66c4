package org.tflion.tpu.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Graph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.DeviceStepStats;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeExecStats;
import org.tensorflow.proto.RunMetadata;
import org.tensorflow.proto.StepStats;
import org.tensorflow.types.TFloat32;
import org.tflion.tpu.graph.Computation;
import org.tflion.tpu.graph.Replicated;
import org.tflion.tpu.graph.Replication;
import org.tflion.tpu.rpc.RpcException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(300)
class SingleWorkerTest {

  private static final Duration STEP = Duration.ofSeconds(30);

  @TempDir static Path directory;

  @Test
  void oneWorkerValidatesTheGraphAndRunsIt() throws Exception {
    GraphDef graph;
    try (Graph built = new Graph()) {
      Ops tf = Ops.create(built);
      tf.withName("y").math.mul(tf.constant(6), tf.constant(7));
      graph = built.toGraphDef();
    }
    try (Cluster cluster = Cluster.start(1, directory);
        RemoteSession session =
            RemoteSession.open(
                cluster.address(0), graph, ConfigProto.getDefaultInstance(), Cluster.PATIENT)) {
      assertThat(session.run(Step.fetch("y:0"), STEP).tensors()).containsKey("y:0");
      refusesToFindTpus(cluster);
      GraphDef broken = graph.toBuilder().addNode(graph.getNode(0)).build();
      assertThatThrownBy(
              () ->
                  RemoteSession.open(
                      cluster.address(0),
                      broken,
                      ConfigProto.getDefaultInstance(),
                      Cluster.PATIENT))
          .isInstanceOf(RpcException.class);
    }
  }

  /**
   * A master knows the operations of TPUs and their attributes; this one has no TPU to run them.
   */
  private static void refusesToFindTpus(Cluster cluster) throws Exception {
    GraphDef graph;
    try (Graph built = new Graph()) {
      Ops tf = Ops.create(built);
      var x = tf.withName("x").placeholder(TFloat32.class, Placeholder.shape(Shape.of(2)));
      tf.withName("square").math.square(x);
      graph = built.toGraphDef();
    }
    List<Computation.Output> square =
        List.of(new Computation.Output("square:0", DataType.DT_FLOAT));
    Replicated step =
        new Replication(1, "worker").of(new Computation(graph, List.of("x"), square, List.of()));
    assertThatThrownBy(
            () ->
                RemoteSession.open(
                    cluster.address(0),
                    step.graph(),
                    ConfigProto.getDefaultInstance(),
                    Cluster.PATIENT))
        .isInstanceOf(RpcException.class)
        .hasMessageContaining("No OpKernel was registered to support Op 'TPUReplicate");
  }

  @Test
  void aTraceCountsFromItsFirstOperation() {
    DeviceStepStats device =
        DeviceStepStats.newBuilder()
            .setDevice("cpu")
            .addNodeStats(node("late", 7, 1030, 5))
            .addNodeStats(node("early", 9, 1000, 20))
            .build();
    RunMetadata metadata =
        RunMetadata.newBuilder().setStepStats(StepStats.newBuilder().addDevStats(device)).build();
    JsonNode events = new JsonMapper().readTree(Trace.json(metadata)).get("traceEvents");
    assertThat(events).hasSize(3);
    assertThat(events.get(1).get("ts").longValue()).isEqualTo(30);
    assertThat(events.get(1).get("dur").longValue()).isEqualTo(5);
    assertThat(events.get(2).get("ts").longValue()).isZero();
    assertThat(events.get(2).get("tid").longValue()).isEqualTo(1);
    assertThat(Trace.json(RunMetadata.getDefaultInstance())).contains("\"traceEvents\":[]");
  }

  private static NodeExecStats node(String name, int thread, long start, long length) {
    return NodeExecStats.newBuilder()
        .setNodeName(name)
        .setThreadId(thread)
        .setAllStartMicros(start)
        .setOpStartRelMicros(2)
        .setOpEndRelMicros(2 + length)
        .build();
  }
}
