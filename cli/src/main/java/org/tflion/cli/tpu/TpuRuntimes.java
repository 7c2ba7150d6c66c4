package org.tflion.cli.tpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.tflion.tpu.metrics.RuntimeMetrics;
import org.tflion.tpu.rpc.Limits;
import org.tflion.tpu.rpc.RpcException;

/**
 * The TPU runtimes of a host, by the metric services that they offer.
 *
 * @param addresses of the services, {@code host:port}
 * @param clients one for each
 */
public record TpuRuntimes(List<String> addresses, List<RuntimeMetrics> clients)
    implements AutoCloseable {

  private static final String PORTS = "TPU_RUNTIME_METRICS_PORTS";

  /** Where a runtime serves unless it is told otherwise. */
  private static final String PORT = "8431";

  /** Prepares clients without contacting the services. */
  public static TpuRuntimes open(List<String> addresses) {
    return open(addresses, Limits.DEFAULT);
  }

  /** The same with limits of its own on each call. */
  static TpuRuntimes open(List<String> addresses, Limits limits) {
    return new TpuRuntimes(
        List.copyOf(addresses),
        addresses.stream().map(address -> RuntimeMetrics.open(address, limits)).toList());
  }

  /**
   * Where the runtimes of this host serve.
   *
   * @param environment of this process
   */
  public static List<String> local(Map<String, String> environment) {
    return Arrays.stream(environment.getOrDefault(PORTS, PORT).split(",", -1))
        .map(port -> "localhost:" + port.strip())
        .toList();
  }

  /**
   * Asks all of them.
   *
   * @throws RpcException if one does not answer: no program holds its devices, or the host has none
   * @throws InterruptedException if the thread is interrupted
   */
  public List<TpuSample> sample() throws RpcException, InterruptedException {
    List<TpuSample> samples = new ArrayList<>();
    for (int i = 0; i < addresses.size(); i++) {
      samples.add(sample(i));
    }
    return samples;
  }

  /**
   * Asks one of them.
   *
   * @throws RpcException if it does not answer
   * @throws InterruptedException if the thread is interrupted
   */
  public TpuSample sample(int index) throws RpcException, InterruptedException {
    return TpuSample.of(addresses.get(index), clients.get(index).snapshot());
  }

  @Override
  public void close() {
    clients.forEach(RuntimeMetrics::close);
  }
}
