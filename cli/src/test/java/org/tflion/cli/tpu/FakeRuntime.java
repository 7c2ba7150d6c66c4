package org.tflion.cli.tpu;

import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tflion.tpu.wire.Attribute;
import org.tflion.tpu.wire.AttributeValue;
import org.tflion.tpu.wire.Gauge;
import org.tflion.tpu.wire.Metric;
import org.tflion.tpu.wire.MetricRequest;
import org.tflion.tpu.wire.MetricResponse;
import org.tflion.tpu.wire.TpuMetric;

/**
 * A server that answers as the metric service of a TPU runtime does.
 *
 * @param gauges of each metric one for each device
 */
public record FakeRuntime(Server server, Map<String, List<Gauge>> gauges) implements AutoCloseable {

  private static final String SERVICE = "tpu.monitoring.runtime.RuntimeMetricService";

  /** Begins to serve one device that is 60 s old, uses 12.5 of 16.9 GB and works 87.5 %. */
  public static FakeRuntime start() throws IOException {
    Map<String, List<Gauge>> gauges = new HashMap<>();
    gauges.put("tpu.runtime.hbm.memory.usage.bytes", List.of(of(12_500_000_000L)));
    gauges.put("tpu.runtime.hbm.memory.total.bytes", List.of(of(16_900_000_000L)));
    gauges.put("tpu.runtime.tensorcore.dutycycle.percent", List.of(of(87.5)));
    gauges.put("tpu.runtime.uptime.seconds.gauge", List.of(of(60.0)));
    ServerCalls.UnaryMethod<MetricRequest, MetricResponse> call =
        (question, answer) -> {
          List<Gauge> known = gauges.get(question.getMetricName());
          if (known == null) {
            answer.onError(Status.NOT_FOUND.asRuntimeException());
          } else {
            answer.onNext(response(known));
            answer.onCompleted();
          }
        };
    Server server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(
                ServerServiceDefinition.builder(SERVICE)
                    .addMethod(method(), ServerCalls.asyncUnaryCall(call))
                    .build())
            .build()
            .start();
    return new FakeRuntime(server, gauges);
  }

  private static MethodDescriptor<MetricRequest, MetricResponse> method() {
    return MethodDescriptor.<MetricRequest, MetricResponse>newBuilder()
        .setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName(SERVICE + "/GetRuntimeMetric")
        .setRequestMarshaller(ProtoUtils.marshaller(MetricRequest.getDefaultInstance()))
        .setResponseMarshaller(ProtoUtils.marshaller(MetricResponse.getDefaultInstance()))
        .build();
  }

  private static MetricResponse response(List<Gauge> known) {
    TpuMetric.Builder metric = TpuMetric.newBuilder();
    for (int device = 0; device < known.size(); device++) {
      var value = AttributeValue.newBuilder().setIntAttr(device);
      metric.addMetrics(
          Metric.newBuilder()
              .setAttribute(Attribute.newBuilder().setValue(value))
              .setGauge(known.get(device)));
    }
    return MetricResponse.newBuilder().setMetric(metric).build();
  }

  static Gauge of(long value) {
    return Gauge.newBuilder().setAsInt(value).build();
  }

  static Gauge of(double value) {
    return Gauge.newBuilder().setAsDouble(value).build();
  }

  /** Where it serves. */
  public String address() {
    return "localhost:" + server.getPort();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
