package org.tflion.tpu.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.DeviceAttributes;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.RunOptions;
import org.tensorflow.proto.TensorProto;
import org.tflion.tpu.StatusCode;
import org.tflion.tpu.rpc.RpcException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Drives real TensorFlow servers, each in a process of its own, over gRPC. */
@Timeout(300)
class RemoteSessionTest {

  static final Duration STEP = Duration.ofSeconds(30);
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

  private static RemoteSession open(GraphDef graph) throws Exception {
    return RemoteSession.open(
        cluster.address(0), graph, ConfigProto.getDefaultInstance(), Cluster.PATIENT);
  }

  @Test
  void aWorkerTellsItsDevices() throws Exception {
    for (int task = 0; task < 2; task++) {
      try (Worker worker = Worker.open(cluster.address(task), Cluster.PATIENT)) {
        assertThat(worker.devices())
            .extracting(DeviceAttributes::getName)
            .containsExactly("/job:worker/replica:0/task:" + task + "/device:CPU:0");
      }
    }
  }

  @Test
  void trainsAcrossTwoWorkers() throws Exception {
    try (RemoteSession session = open(TwoWorkers.step())) {
      assertThat(session.devices())
          .extracting(DeviceAttributes::getName)
          .contains(
              "/job:worker/replica:0/task:0/device:CPU:0",
              "/job:worker/replica:0/task:1/device:CPU:0");
      session.run(Step.run("init"), STEP);
      double w = 1;
      for (float[] x : new float[][] {{1, 2}, {-3, 0.5f}, {0.25f, 4}}) {
        Map<String, TensorProto> feeds = Map.of("x:0", TwoWorkers.floats(x));
        double sum = w * (x[0] + x[1]) + w * Math.max(x[0], x[1]);
        StepResult result = session.run(Step.fetch("sum:0").withFeeds(feeds), STEP);
        // 1e-6 relative: a handful of float32 roundings, 6e-8 each
        assertThat((double) TwoWorkers.scalar(result, "sum:0"))
            .isCloseTo(sum, within(1e-6 * Math.abs(sum)));
        session.run(Step.run("update").withFeeds(feeds), STEP);
        w -= 0.1 * sum;
      }
      assertThat((double) TwoWorkers.scalar(session.run(Step.fetch("read:0"), STEP), "read:0"))
          .isCloseTo(w, within(2e-6));
    }
  }

  @Test
  void variablesOutliveTheSession() throws Exception {
    GraphDef graph = TwoWorkers.step();
    try (RemoteSession session = open(graph)) {
      session.run(Step.run("init"), STEP);
    }
    try (RemoteSession session = open(graph)) {
      assertThat(TwoWorkers.scalar(session.run(Step.fetch("read:0"), STEP), "read:0"))
          .isEqualTo(1f);
    }
  }

  @Test
  void aTraceShowsBothWorkers() throws Exception {
    try (RemoteSession session = open(TwoWorkers.step())) {
      session.run(Step.run("init"), STEP);
      Step step =
          Step.fetch("sum:0").withFeeds(Map.of("x:0", TwoWorkers.floats(1, 2))).withOptions(TRACED);
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
  void aFailedStepArrivesWithTheServersWords() throws Exception {
    try (RemoteSession session = open(TwoWorkers.step())) {
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
  void anIdleWorkerGivesAnEmptyProfile() throws Exception {
    try (Worker worker = Worker.open(cluster.address(0), Cluster.PATIENT)) {
      assertThat(worker.profile(Duration.ofMillis(50)).tools()).isEmpty();
    }
  }
}
