package org.tflion.tpu.metrics;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.tflion.tpu.StatusCode;
import org.tflion.tpu.rpc.Connection;
import org.tflion.tpu.rpc.Limits;
import org.tflion.tpu.rpc.Method;
import org.tflion.tpu.rpc.RpcException;
import org.tflion.tpu.wire.Gauge;
import org.tflion.tpu.wire.ListSupportedMetricsRequest;
import org.tflion.tpu.wire.ListSupportedMetricsResponse;
import org.tflion.tpu.wire.Metric;
import org.tflion.tpu.wire.MetricRequest;
import org.tflion.tpu.wire.MetricResponse;
import org.tflion.tpu.wire.SupportedMetric;

/**
 * Client of the metric service that a TPU runtime serves on its host while a program holds the
 * devices, at port 8431 unless {@code TPU_RUNTIME_METRICS_PORTS} says otherwise.
 *
 * <p>Untested on hardware: exercised against a server that answers with the same messages.
 */
public final class RuntimeMetrics implements AutoCloseable {

  private static final String HBM_USED = "tpu.runtime.hbm.memory.usage.bytes";
  private static final String HBM_TOTAL = "tpu.runtime.hbm.memory.total.bytes";
  private static final String DUTY_CYCLE = "tpu.runtime.tensorcore.dutycycle.percent";
  private static final String IDLE = "tpu.runtime.tensorcore.idle_duration.seconds";
  private static final String UPTIME = "tpu.runtime.uptime.seconds.gauge";

  private static final String SERVICE = "tpu.monitoring.runtime.RuntimeMetricService/";
  private static final Method<MetricResponse> GET =
      new Method<>(SERVICE + "GetRuntimeMetric", MetricResponse.getDefaultInstance(), true);
  private static final Method<ListSupportedMetricsResponse> LIST =
      new Method<>(
          SERVICE + "ListSupportedMetrics",
          ListSupportedMetricsResponse.getDefaultInstance(),
          true);

  private final Connection connection;

  private RuntimeMetrics(Connection connection) {
    this.connection = connection;
  }

  /**
   * Prepares a client without contacting the server.
   *
   * @param address {@code host:port}, such as {@code localhost:8431}
   */
  public static RuntimeMetrics open(String address, Limits limits) {
    return new RuntimeMetrics(Connection.open(address, limits));
  }

  /**
   * Returns the names of all metrics that the runtime serves.
   *
   * @throws RpcException if the server fails, or no program holds the TPU
   * @throws InterruptedException if the thread is interrupted
   */
  public List<String> names() throws RpcException, InterruptedException {
    return connection
        .call(LIST, ListSupportedMetricsRequest.getDefaultInstance())
        .getSupportedMetricList()
        .stream()
        .map(SupportedMetric::getMetricName)
        .toList();
  }

  /**
   * Asks for the state of all devices.
   *
   * @throws RpcException if the server fails, or no program holds the TPU
   * @throws InterruptedException if the thread is interrupted
   */
  public Snapshot snapshot() throws RpcException, InterruptedException {
    Map<Long, Gauge> used = gauges(HBM_USED);
    Map<Long, Gauge> total = gauges(HBM_TOTAL);
    Map<Long, Gauge> duty = gauges(DUTY_CYCLE);
    Map<Long, Gauge> idle = gauges(IDLE);
    SortedSet<Long> ids = new TreeSet<>();
    List.of(used, total, duty, idle).forEach(gauges -> ids.addAll(gauges.keySet()));
    List<DeviceUsage> devices =
        ids.stream()
            .map(
                id ->
                    new DeviceUsage(
                        id, bytes(used, id), bytes(total, id), number(duty, id), number(idle, id)))
            .toList();
    return new Snapshot(devices, number(gauges(UPTIME), 0));
  }

  /** Returns a metric by device; empty if this runtime does not know it. */
  private Map<Long, Gauge> gauges(String name) throws RpcException, InterruptedException {
    Map<Long, Gauge> byDevice = new TreeMap<>();
    try {
      MetricResponse response =
          connection.call(GET, MetricRequest.newBuilder().setMetricName(name).build());
      for (Metric metric : response.getMetric().getMetricsList()) {
        byDevice.put(metric.getAttribute().getValue().getIntAttr(), metric.getGauge());
      }
    } catch (RpcException e) {
      boolean unknown = e.code() == StatusCode.NOT_FOUND || e.code() == StatusCode.INVALID_ARGUMENT;
      if (!unknown) {
        throw e;
      }
    }
    return byDevice;
  }

  private static OptionalLong bytes(Map<Long, Gauge> gauges, long device) {
    OptionalDouble number = number(gauges, device);
    return number.isPresent() ? OptionalLong.of((long) number.getAsDouble()) : OptionalLong.empty();
  }

  private static OptionalDouble number(Map<Long, Gauge> gauges, long device) {
    return Optional.ofNullable(gauges.get(device))
        .map(gauge -> gauge.hasAsInt() ? (double) gauge.getAsInt() : gauge.getAsDouble())
        .map(OptionalDouble::of)
        .orElseGet(OptionalDouble::empty);
  }

  @Override
  public void close() {
    connection.close();
  }
}
