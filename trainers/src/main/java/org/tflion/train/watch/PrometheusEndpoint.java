package org.tflion.train.watch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;
import org.tflion.train.loop.LoopListener;
import org.tflion.train.metrics.StepMetrics;

/**
 * What is known after the newest step, at {@code http://127.0.0.1:PORT/metrics} in the text format
 * of Prometheus. It listens to this machine alone.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">Exposition
 *     formats</a>
 */
public final class PrometheusEndpoint implements LoopListener, AutoCloseable {

  private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final HttpServer server;
  private final AtomicReference<@Nullable StepMetrics> newest = new AtomicReference<>();

  /**
   * Starts to listen.
   *
   * @param port 1 to 65535, or 0 for any that is free
   * @throws IllegalArgumentException if the port is none or is taken
   */
  public PrometheusEndpoint(int port) {
    Require.that(port >= 0 && port < 1 << 16, "--prometheus must be a port up to 65535", port);
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "--prometheus must be a free port (got " + port + ": " + e.getMessage() + ")", e);
    }
    server.createContext("/", this::answer);
    server.start();
  }

  /** Where it can be asked. */
  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/metrics");
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      boolean known = exchange.getRequestURI().getPath().equals("/metrics");
      boolean get = exchange.getRequestMethod().equals("GET");
      if (!known || !get) {
        exchange.sendResponseHeaders(known ? 405 : 404, -1);
        return;
      }
      byte[] body = text(newest.get()).getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", TYPE);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static String text(@Nullable StepMetrics metrics) {
    if (metrics == null) {
      return "";
    }
    var text = new StringBuilder();
    add(text, "step", "counter", metrics.step());
    add(text, "tokens", "counter", metrics.tokens());
    for (Map.Entry<String, Double> scalar : Scalars.of(metrics).entrySet()) {
      add(text, scalar.getKey().replace('/', '_'), "gauge", scalar.getValue());
    }
    return text.toString();
  }

  private static void add(StringBuilder text, String name, String type, Number value) {
    String suffix = type.equals("counter") ? "_total" : "";
    text.append("# TYPE tflion_").append(name).append(suffix).append(' ').append(type);
    text.append("\ntflion_").append(name).append(suffix).append(' ').append(value).append('\n');
  }

  @Override
  public void onStep(StepMetrics metrics) {
    newest.set(metrics);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
