package org.tflion.tpu.host;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A metadata server on a free port of this machine, with versioned values and waiting requests. */
final class FakeMetadata implements AutoCloseable {

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, String> values = new HashMap<>();
  private int version = 1;
  private int failures;
  private int waiting; // requests whose sender knows the newest version
  private boolean closed;
  private String flavor = "Google";

  FakeMetadata() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/computeMetadata/v1/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  synchronized FakeMetadata put(String path, String value) {
    values.put(path, value);
    version++;
    waiting = 0;
    notifyAll();
    return this;
  }

  synchronized void failNext(int requests) {
    failures = requests;
  }

  synchronized void flavor(String name) {
    flavor = name;
  }

  /** Waits until so many requests have seen the newest version and wait for the next. */
  synchronized void awaitSeen(int requests) throws InterruptedException {
    while (waiting < requests) {
      wait();
    }
  }

  String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  Metadata client() {
    return new Metadata(host(), Duration.ofSeconds(5));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath().replaceFirst("/computeMetadata/v1/", "");
      String query = exchange.getRequestURI().getQuery();
      Reply reply = reply(path, query == null ? "" : query.replaceFirst(".*last_etag=", ""));
      boolean asked = "Google".equals(exchange.getRequestHeaders().getFirst("Metadata-Flavor"));
      exchange.getResponseHeaders().set("Metadata-Flavor", reply.flavor());
      exchange.getResponseHeaders().set("ETag", reply.tag());
      byte[] body = reply.text().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(
          asked ? reply.status() : 403, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private record Reply(int status, String text, String tag, String flavor) {}

  /** Holds the request while the caller already knows this version. */
  private synchronized Reply reply(String path, String knownTag) {
    try {
      if (knownTag.equals(String.valueOf(version))) {
        waiting++;
        notifyAll();
      }
      while (!closed && knownTag.equals(String.valueOf(version))) {
        wait();
      }
    } catch (InterruptedException e) {
      return new Reply(503, "", "0", flavor);
    }
    if (failures > 0) {
      failures--;
      return new Reply(503, "", "0", flavor);
    }
    String value = values.get(path);
    return new Reply(
        value == null ? 404 : 200, value == null ? "" : value, String.valueOf(version), flavor);
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    server.stop(0);
    threads.shutdownNow();
  }
}
