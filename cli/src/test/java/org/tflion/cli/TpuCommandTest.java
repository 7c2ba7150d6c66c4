package org.tflion.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tflion.cli.tpu.TpuRuntimes;
import org.tflion.tpu.compile.Compiler;
import org.tflion.tpu.wire.Attribute;
import org.tflion.tpu.wire.AttributeValue;
import org.tflion.tpu.wire.Gauge;
import org.tflion.tpu.wire.Metric;
import org.tflion.tpu.wire.MetricRequest;
import org.tflion.tpu.wire.MetricResponse;
import org.tflion.tpu.wire.TpuMetric;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class TpuCommandTest {

  private static final String SERVICE = "tpu.monitoring.runtime.RuntimeMetricService";
  private static final Map<String, Gauge> GAUGES =
      Map.of(
          "tpu.runtime.hbm.memory.usage.bytes",
              Gauge.newBuilder().setAsInt(12_500_000_000L).build(),
          "tpu.runtime.hbm.memory.total.bytes",
              Gauge.newBuilder().setAsInt(16_900_000_000L).build(),
          "tpu.runtime.tensorcore.dutycycle.percent", Gauge.newBuilder().setAsDouble(87.5).build(),
          "tpu.runtime.uptime.seconds.gauge", Gauge.newBuilder().setAsDouble(60).build());

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int tflion(String... arguments) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  private static MetricResponse answer(MetricRequest request) {
    Gauge gauge = GAUGES.get(request.getMetricName());
    if (gauge == null) {
      throw Status.NOT_FOUND.asRuntimeException();
    }
    var device = Attribute.newBuilder().setValue(AttributeValue.newBuilder().setIntAttr(0));
    var metric = Metric.newBuilder().setAttribute(device).setGauge(gauge);
    return MetricResponse.newBuilder().setMetric(TpuMetric.newBuilder().addMetrics(metric)).build();
  }

  private static Server serve() throws Exception {
    MethodDescriptor<MetricRequest, MetricResponse> get =
        MethodDescriptor.<MetricRequest, MetricResponse>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(SERVICE + "/GetRuntimeMetric")
            .setRequestMarshaller(ProtoUtils.marshaller(MetricRequest.getDefaultInstance()))
            .setResponseMarshaller(ProtoUtils.marshaller(MetricResponse.getDefaultInstance()))
            .build();
    ServerCalls.UnaryMethod<MetricRequest, MetricResponse> call =
        (question, answer) -> {
          try {
            answer.onNext(answer(question));
            answer.onCompleted();
          } catch (RuntimeException e) {
            answer.onError(e);
          }
        };
    return Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
        .addService(
            ServerServiceDefinition.builder(SERVICE)
                .addMethod(get, ServerCalls.asyncUnaryCall(call))
                .build())
        .build()
        .start();
  }

  @Test
  void watchShowsWhatTheRuntimeSays() throws Exception {
    Server server = serve();
    String address = "localhost:" + server.getPort();
    try {
      assertThat(tflion("tpu", "watch", "--once", "--address", address)).isZero();
      assertThat(out.toString())
          .contains(address + "  up 60 s")
          .contains("device 0    HBM 12.50 of 16.90 GB  duty 88 %  idle -");
      out.getBuffer().setLength(0);
      assertThat(tflion("tpu", "watch", "--once", "--json", "--address", address)).isZero();
      JsonNode sample = new ObjectMapper().readTree(out.toString());
      assertThat(sample.get("uptime_seconds").asDouble()).isEqualTo(60);
      JsonNode device = sample.get("devices").get(0);
      assertThat(device.get("hbm_used_bytes").asLong()).isEqualTo(12_500_000_000L);
      assertThat(device.get("duty_cycle_percent").asDouble()).isEqualTo(87.5);
      assertThat(device.has("idle_seconds")).isFalse();
    } finally {
      server.shutdownNow();
    }
  }

  @Test
  void watchSaysWhenNothingAnswers() {
    assertThat(tflion("tpu", "watch", "--once", "--address", "localhost:1")).isEqualTo(1);
    assertThat(err.toString()).startsWith("tflion: no TPU runtime answers (");
    assertThat(tflion("tpu", "watch", "--once", "--interval", "0")).isEqualTo(2);
  }

  @Test
  void watchAsksThePortsOfItsHost() {
    assertThat(TpuRuntimes.local(Map.of())).containsExactly("localhost:8431");
    assertThat(TpuRuntimes.local(Map.of("TPU_RUNTIME_METRICS_PORTS", "8431, 8432")))
        .containsExactly("localhost:8431", "localhost:8432");
  }

  private int compile(Path plugin, String topology, String mesh, String... more) {
    String[] arguments = {
      "tpu", "compile", "--topology", topology, "--mesh", mesh, "--plugin", plugin.toString()
    };
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + more.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    return tflion(all);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "v5e:2x2 | data=2,fsdp=4 | DeviceMesh: the mesh data=2,fsdp=4 must cover the 4 devices of"
            + " v5e:2x2; change the axis sizes until their product matches (got 8)",
        "v5e:2x2 | model=4 | Mesh: an axis must be one of [data, fsdp, tensor] (got model)",
        "v9:2x2 | data=4 | TpuSlice: the generation must be one of v2, v3, v4, v5e, v5p, v6e, tpu7x"
            + " (got v9)",
      })
  void compileRefusesWhatDoesNotFitTheSlice(String topology, String mesh, String sentence)
      throws Exception {
    Path plugin = Files.createFile(folder.resolve("plugin.so"));
    assertThat(compile(plugin, topology, mesh)).isEqualTo(2);
    assertThat(err.toString()).isEqualTo("tflion: " + sentence + System.lineSeparator());
  }

  @Test
  void compileRefusesAWidthThatDoesNotDivide() throws Exception {
    Path plugin = Files.createFile(folder.resolve("plugin.so"));
    String[] settings = {"--set", "model.width=90", "--set", "model.heads=2"};
    assertThat(compile(plugin, "v5e:2x2", "fsdp=4", settings)).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo(
            "tflion: PartitionSpec: dimension 1 of embedding.tokens must divide into 4 equal"
                + " shards; change the width or the mesh fsdp=4 (got 90)"
                + System.lineSeparator());
  }

  @Test
  void compileRefusesRowsThatDoNotDivide() throws Exception {
    Path plugin = Files.createFile(folder.resolve("plugin.so"));
    assertThat(compile(plugin, "v5e:2x2", "fsdp=4", "--set", "train.batch=6")).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo(
            "tflion: train.batch and train.micro_batch must be multiples of data * fsdp = 4 of the"
                + " mesh fsdp=4 (got 6)"
                + System.lineSeparator());
  }

  @Test
  void compileRefusesAMissingPlugin() {
    assertThat(compile(folder.resolve("libtpu.so"), "v5e:2x2", "data=4")).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("tflion: Plugin: the library must be a file; give the path of one such as")
        .hasLineCount(1);
  }

  /** On an old Java that is the Java; on a new one, that the file is no library. */
  @Test
  void compileRefusesWhatIsNoPlugin() throws Exception {
    Path plugin = Files.writeString(folder.resolve("plugin.so"), "text");
    assertThat(compile(plugin, "v5e:2x2", "data=4")).isEqualTo(2);
    assertThat(err.toString())
        .contains(
            Runtime.version().feature() < Compiler.JAVA
                ? "set TFLION_JDK22 to the folder of such a JDK (got "
                : "must be a shared library for this machine");
  }

  @Test
  void outTakesOneOptimizer() {
    String[] more = {"--optimizer", "lion,adamw", "--out", folder.resolve("step").toString()};
    assertThat(compile(folder.resolve("libtpu.so"), "v5e:2x2", "data=4", more)).isEqualTo(2);
    assertThat(err.toString()).contains("--out must come with one optimizer (got 2)");
  }
}
