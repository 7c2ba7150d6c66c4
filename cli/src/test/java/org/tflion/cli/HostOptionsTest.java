package org.tflion.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tflion.tpu.host.Metadata;
import org.tflion.tpu.host.NoticeWatcher;

class HostOptionsTest {

  private final StringWriter text = new StringWriter();
  private final CountDownLatch said = new CountDownLatch(1);
  private final PrintWriter err =
      new PrintWriter(text, true) {
        @Override
        public void println(String line) {
          super.println(line);
          if (line.startsWith("stopping")) {
            said.countDown();
          }
        }
      };

  /** Answers the first request for a path with a value, and knows nothing else. */
  private static HttpServer serve(String path, String value, CountDownLatch asked)
      throws Exception {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    HttpServer server = HttpServer.create(address, 0);
    server.createContext(
        "/",
        exchange -> {
          boolean known = exchange.getRequestURI().getPath().endsWith(path) && asked.getCount() > 0;
          byte[] body = value.getBytes(StandardCharsets.US_ASCII);
          exchange.getResponseHeaders().add("Metadata-Flavor", "Google");
          exchange.getResponseHeaders().add("ETag", "7");
          exchange.sendResponseHeaders(known ? 200 : 404, known ? body.length : -1);
          if (known) {
            exchange.getResponseBody().write(body);
            asked.countDown();
          }
          exchange.close();
        });
    server.start();
    return server;
  }

  private NoticeWatcher watch(HttpServer server, StopSignal signal) {
    String host = "127.0.0.1:" + server.getAddress().getPort();
    return HostOptions.watcher(new Metadata(host, Duration.ofSeconds(10)), signal, err);
  }

  private StopSignal signal() {
    return new StopSignal(err, Double.POSITIVE_INFINITY, () -> 0, code -> {});
  }

  @ParameterizedTest
  @CsvSource({
    "instance/preempted, TRUE, preemption",
    "instance/maintenance-event, TERMINATE_ON_HOST_MAINTENANCE, maintenance"
  })
  void aNoticeIsAWishToStop(String path, String event, String kind) throws Exception {
    HttpServer server = serve(path, event, new CountDownLatch(1));
    StopSignal signal = signal();
    try (NoticeWatcher watcher = watch(server, signal)) {
      assertThat(said.await(30, TimeUnit.SECONDS)).as("%s", watcher).isTrue();
      assertThat(signal.isWanted()).isTrue();
      assertThat(text.toString()).contains("notice of " + kind + " (" + event + ")");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aMachineThatMovesGoesOn() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    HttpServer server = serve("maintenance-event", "MIGRATE_ON_HOST_MAINTENANCE", asked);
    StopSignal signal = signal();
    try (NoticeWatcher watcher = watch(server, signal)) {
      assertThat(asked.await(30, TimeUnit.SECONDS)).as("%s", watcher).isTrue();
      assertThat(signal.isWanted()).isFalse();
    } finally {
      server.stop(0);
    }
  }
}
