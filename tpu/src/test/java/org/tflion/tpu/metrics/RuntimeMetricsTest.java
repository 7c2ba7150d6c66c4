package org.tflion.tpu.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.tflion.tpu.StatusCode;
import org.tflion.tpu.rpc.FakeServer;
import org.tflion.tpu.rpc.Limits;
import org.tflion.tpu.rpc.Method;
import org.tflion.tpu.rpc.RpcException;
import org.tflion.tpu.wire.Attribute;
import org.tflion.tpu.wire.AttributeValue;
import org.tflion.tpu.wire.Gauge;
import org.tflion.tpu.wire.ListSupportedMetricsRequest;
import org.tflion.tpu.wire.ListSupportedMetricsResponse;
import org.tflion.tpu.wire.Metric;
import org.tflion.tpu.wire.MetricRequest;
import org.tflion.tpu.wire.MetricResponse;
import org.tflion.tpu.wire.SupportedMetric;
import org.tflion.tpu.wire.TpuMetric;

@Timeout(60)
class RuntimeMetricsTest {

  private static final String SERVICE = "tpu.monitoring.runtime.RuntimeMetricService/";
  private static final Method<MetricResponse> GET =
      new Method<>(SERVICE + "GetRuntimeMetric", MetricResponse.getDefaultInstance(), true);
  private static final Method<ListSupportedMetricsResponse> LIST =
      new Method<>(
          SERVICE + "ListSupportedMetrics",
          ListSupportedMetricsResponse.getDefaultInstance(),
          true);
  private static final Limits QUICK =
      new Limits(Duration.ofSeconds(10), 3, Duration.ofMillis(1), 1 << 20);

  private final Map<String, List<Gauge>> values = new HashMap<>();

  private MetricResponse get(MetricRequest request) {
    List<Gauge> gauges = values.get(request.getMetricName());
    if (gauges == null) {
      throw Status.NOT_FOUND.withDescription("no such metric").asRuntimeException();
    }
    TpuMetric.Builder metric = TpuMetric.newBuilder().setName(request.getMetricName());
    for (int device = 0; device < gauges.size(); device++) {
      metric.addMetrics(
          Metric.newBuilder()
              .setAttribute(
                  Attribute.newBuilder()
                      .setKey("device-id")
                      .setValue(AttributeValue.newBuilder().setIntAttr(device)))
              .setGauge(gauges.get(device)));
    }
    return MetricResponse.newBuilder().setMetric(metric).build();
  }

  private FakeServer serve() throws Exception {
    return new FakeServer().answer(GET, MetricRequest.getDefaultInstance(), this::get).start(0);
  }

  private static Gauge of(long value) {
    return Gauge.newBuilder().setAsInt(value).build();
  }

  private static Gauge of(double value) {
    return Gauge.newBuilder().setAsDouble(value).build();
  }

  @Test
  void joinsTheMetricsOfEveryDevice() throws Exception {
    values.put("tpu.runtime.hbm.memory.usage.bytes", List.of(of(12L << 30), of(0L)));
    values.put("tpu.runtime.hbm.memory.total.bytes", List.of(of(16L << 30), of(16L << 30)));
    values.put("tpu.runtime.tensorcore.dutycycle.percent", List.of(of(98.5)));
    values.put("tpu.runtime.tensorcore.idle_duration.seconds", List.of(of(0.25), of(60.0)));
    values.put("tpu.runtime.uptime.seconds.gauge", List.of(of(3600.5)));
    try (FakeServer server = serve();
        RuntimeMetrics metrics = RuntimeMetrics.open(server.address(), QUICK)) {
      assertThat(metrics.snapshot())
          .isEqualTo(
              new Snapshot(
                  List.of(
                      new DeviceUsage(
                          0,
                          OptionalLong.of(12L << 30),
                          OptionalLong.of(16L << 30),
                          OptionalDouble.of(98.5),
                          OptionalDouble.of(0.25)),
                      new DeviceUsage(
                          1,
                          OptionalLong.of(0),
                          OptionalLong.of(16L << 30),
                          OptionalDouble.empty(),
                          OptionalDouble.of(60))),
                  OptionalDouble.of(3600.5)));
    }
  }

  @Test
  void leavesOutWhatAnOlderRuntimeDoesNotServe() throws Exception {
    values.put("tpu.runtime.hbm.memory.usage.bytes", List.of(of(5L)));
    try (FakeServer server = serve();
        RuntimeMetrics metrics = RuntimeMetrics.open(server.address(), QUICK)) {
      Snapshot snapshot = metrics.snapshot();
      assertThat(snapshot.uptimeSeconds()).isEmpty();
      assertThat(snapshot.devices()).hasSize(1);
      assertThat(snapshot.devices().get(0).hbmTotalBytes()).isEmpty();
    }
  }

  @Test
  void namesTheMetrics() throws Exception {
    var request = ListSupportedMetricsRequest.getDefaultInstance();
    var response =
        ListSupportedMetricsResponse.newBuilder()
            .addSupportedMetric(SupportedMetric.newBuilder().setMetricName("a"))
            .addSupportedMetric(SupportedMetric.newBuilder().setMetricName("b"))
            .build();
    try (FakeServer server = new FakeServer().answer(LIST, request, r -> response).start(0);
        RuntimeMetrics metrics = RuntimeMetrics.open(server.address(), QUICK)) {
      assertThat(metrics.names()).containsExactly("a", "b");
    }
  }

  @Test
  void reportsAServerThatFails() throws Exception {
    var server =
        new FakeServer()
            .answer(
                GET,
                MetricRequest.getDefaultInstance(),
                request -> {
                  throw Status.INTERNAL.withDescription("out of order").asRuntimeException();
                })
            .start(0);
    try (server;
        RuntimeMetrics metrics = RuntimeMetrics.open(server.address(), QUICK)) {
      assertThatThrownBy(metrics::snapshot)
          .isInstanceOf(RpcException.class)
          .hasMessageEndingWith("INTERNAL, out of order");
    }
  }

  @Test
  void reportsAServerThatIsTooSlow() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    var impatient = new Limits(Duration.ofMillis(100), 3, Duration.ofMillis(1), 1 << 20);
    var server =
        new FakeServer()
            .answer(
                GET,
                MetricRequest.getDefaultInstance(),
                request -> {
                  try {
                    never.await();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                  return MetricResponse.getDefaultInstance();
                })
            .start(0);
    try (server;
        RuntimeMetrics metrics = RuntimeMetrics.open(server.address(), impatient)) {
      assertThatThrownBy(metrics::snapshot)
          .isInstanceOfSatisfying(
              RpcException.class,
              e -> assertThat(e.code()).isEqualTo(StatusCode.DEADLINE_EXCEEDED));
      never.countDown();
    }
  }

  @Test
  void reportsAServerThatIsNotThere() throws Exception {
    String address;
    try (FakeServer server = serve()) {
      address = server.address();
    }
    try (RuntimeMetrics metrics = RuntimeMetrics.open(address, QUICK)) {
      assertThatThrownBy(metrics::snapshot)
          .isInstanceOfSatisfying(
              RpcException.class, e -> assertThat(e.code()).isEqualTo(StatusCode.UNAVAILABLE));
    }
  }
}
