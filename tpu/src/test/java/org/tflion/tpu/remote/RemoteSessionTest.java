package org.tflion.tpu.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.DeviceSpec;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.DeviceAttributes;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.RunOptions;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.types.TFloat32;
import org.tflion.tpu.StatusCode;
import org.tflion.tpu.rpc.Limits;
import org.tflion.tpu.rpc.RpcException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Drives real TensorFlow servers, each in a process of its own, over gRPC. */
@Timeout(300)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RemoteSessionTest {

  /** A worker takes some seconds to start, all of which the retries wait out. */
  private static final Limits PATIENT =
      new Limits(Duration.ofSeconds(60), 11, Duration.ofMillis(100), 64 << 20);

  private static final Duration STEP = Duration.ofSeconds(30);
  private static final RunOptions TRACED =
      RunOptions.newBuilder().setTraceLevel(RunOptions.TraceLevel.FULL_TRACE).build();

  @TempDir static Path directory;
  private static Cluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = Cluster.start(2, directory);
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  private static DeviceSpec task(int index) {
    return DeviceSpec.newBuilder()
        .job("worker")
        .replica(0)
        .task(index)
        .deviceType(DeviceSpec.DeviceType.CPU)
        .deviceIndex(0)
        .build();
  }

  /** A weight on worker 0, updated with the sum of gradients that both workers compute. */
  private static GraphDef dataParallelStep() {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Ops first = tf.withDevice(task(0));
      Ops second = tf.withDevice(task(1));
      VarHandleOp w =
          first
              .withName("w")
              .varHandleOp(TFloat32.class, Shape.scalar(), VarHandleOp.sharedName("w"));
      first.withName("init").assignVariableOp(w, first.constant(1f));
      Placeholder<TFloat32> x =
          tf.withName("x").placeholder(TFloat32.class, Placeholder.shape(Shape.of(2)));
      Operand<TFloat32> read = first.withName("read").readVariableOp(w, TFloat32.class);
      Operand<TFloat32> g0 = first.math.mul(read, first.reduceSum(x, first.constant(0)));
      Operand<TFloat32> g1 =
          second.withName("g1").math.mul(read, second.reduceMax(x, second.constant(0)));
      Operand<TFloat32> sum = first.withName("sum").math.addN(List.of(g0, g1));
      first.withName("update").assignSubVariableOp(w, first.math.mul(first.constant(0.1f), sum));
      return graph.toGraphDef();
    }
  }

  private static TensorProto floats(float... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setDtype(DataType.DT_FLOAT)
            .setTensorShape(
                TensorShapeProto.newBuilder()
                    .addDim(TensorShapeProto.Dim.newBuilder().setSize(values.length)));
    for (float value : values) {
      tensor.addFloatVal(value);
    }
    return tensor.build();
  }

  private static float scalar(StepResult result, String name) {
    TensorProto tensor = Objects.requireNonNull(result.tensors().get(name));
    return tensor.getFloatValCount() > 0
        ? tensor.getFloatVal(0)
        : tensor
            .getTensorContent()
            .asReadOnlyByteBuffer()
            .order(ByteOrder.LITTLE_ENDIAN)
            .getFloat();
  }

  private static RemoteSession open(GraphDef graph) throws Exception {
    return RemoteSession.open(cluster.address(0), graph, ConfigProto.getDefaultInstance(), PATIENT);
  }

  @Test
  @Order(1)
  void aWorkerTellsItsDevices() throws Exception {
    for (int task = 0; task < 2; task++) {
      try (Worker worker = Worker.open(cluster.address(task), PATIENT)) {
        assertThat(worker.devices())
            .extracting(DeviceAttributes::getName)
            .containsExactly("/job:worker/replica:0/task:" + task + "/device:CPU:0");
      }
    }
  }

  @Test
  @Order(2)
  void trainsAcrossTwoWorkers() throws Exception {
    try (RemoteSession session = open(dataParallelStep())) {
      assertThat(session.devices())
          .extracting(DeviceAttributes::getName)
          .contains(
              "/job:worker/replica:0/task:0/device:CPU:0",
              "/job:worker/replica:0/task:1/device:CPU:0");
      session.run(Step.run("init"), STEP);
      double w = 1;
      for (float[] x : new float[][] {{1, 2}, {-3, 0.5f}, {0.25f, 4}}) {
        Map<String, TensorProto> feeds = Map.of("x:0", floats(x));
        double sum = w * (x[0] + x[1]) + w * Math.max(x[0], x[1]);
        StepResult result = session.run(Step.fetch("sum:0").withFeeds(feeds), STEP);
        // 1e-6 relative: a handful of float32 roundings, 6e-8 each
        assertThat((double) scalar(result, "sum:0")).isCloseTo(sum, within(1e-6 * Math.abs(sum)));
        session.run(Step.run("update").withFeeds(feeds), STEP);
        w -= 0.1 * sum;
      }
      assertThat((double) scalar(session.run(Step.fetch("read:0"), STEP), "read:0"))
          .isCloseTo(w, within(2e-6));
    }
  }

  @Test
  @Order(3)
  void variablesOutliveTheSession() throws Exception {
    GraphDef graph = dataParallelStep();
    try (RemoteSession session = open(graph)) {
      session.run(Step.run("init"), STEP);
    }
    try (RemoteSession session = open(graph)) {
      assertThat(scalar(session.run(Step.fetch("read:0"), STEP), "read:0")).isEqualTo(1f);
    }
  }

  @Test
  @Order(4)
  void aTraceShowsBothWorkers() throws Exception {
    try (RemoteSession session = open(dataParallelStep())) {
      session.run(Step.run("init"), STEP);
      Step step = Step.fetch("sum:0").withFeeds(Map.of("x:0", floats(1, 2))).withOptions(TRACED);
      JsonNode trace = new JsonMapper().readTree(Trace.json(session.run(step, STEP).metadata()));
      List<JsonNode> events = trace.get("traceEvents").valueStream().toList();
      assertThat(events)
          .filteredOn(event -> event.get("ph").stringValue().equals("M"))
          .extracting(event -> event.get("args").get("name").stringValue())
          .contains(
              "/job:worker/replica:0/task:0/device:CPU:0",
              "/job:worker/replica:0/task:1/device:CPU:0");
      assertThat(events)
          .filteredOn(event -> event.get("ph").stringValue().equals("X"))
          .allMatch(event -> event.get("ts").longValue() >= 0 && event.get("dur").longValue() >= 0)
          .extracting(event -> event.get("name").stringValue())
          .contains("g1", "sum");
    }
  }

  @Test
  @Order(5)
  void aFailedStepArrivesWithTheServersWords() throws Exception {
    try (RemoteSession session = open(dataParallelStep())) {
      assertThatThrownBy(() -> session.run(Step.fetch("nowhere:0"), STEP))
          .isInstanceOf(RpcException.class)
          .hasMessageContaining("nowhere");
      assertThatThrownBy(() -> session.run(Step.fetch("sum:0"), STEP))
          .isInstanceOfSatisfying(
              RpcException.class, e -> assertThat(e.code()).isEqualTo(StatusCode.INVALID_ARGUMENT))
          .hasMessageContaining("x");
    }
  }

  @Test
  @Order(6)
  void anIdleWorkerGivesAnEmptyProfile() throws Exception {
    try (Worker worker = Worker.open(cluster.address(0), PATIENT)) {
      assertThat(worker.profile(Duration.ofMillis(50)).tools()).isEmpty();
    }
  }

  @Test
  @Order(7)
  void aLostWorkerFailsTheStepWithinItsDeadline() throws Exception {
    try (RemoteSession session = open(dataParallelStep())) {
      session.run(Step.run("init"), STEP);
      cluster.kill(1);
      Step step = Step.fetch("sum:0").withFeeds(Map.of("x:0", floats(1, 2)));
      assertThatThrownBy(() -> session.run(step, Duration.ofSeconds(10)))
          .isInstanceOfSatisfying(
              RpcException.class,
              e -> assertThat(e.code()).isIn(StatusCode.UNAVAILABLE, StatusCode.DEADLINE_EXCEEDED));
      assertThat(scalar(session.run(Step.fetch("read:0"), STEP), "read:0")).isEqualTo(1f);
    }
  }
}
