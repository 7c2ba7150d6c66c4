package org.tflion.tpu.host;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The metadata server of a Google Compute Engine machine, over plain HTTP on the machine itself.
 *
 * <p>Every request carries the header {@code Metadata-Flavor: Google}, and an answer without it
 * counts as none: it comes from something else that listens on the address.
 *
 * @see <a href="https://cloud.google.com/compute/docs/metadata/overview">VM metadata</a>
 */
public final class Metadata {

  private static final String FLAVOR = "Metadata-Flavor";
  private static final int MISSING = 404;

  /** How long the server may hold a request that waits for a change, in seconds. */
  private static final int HOLD_SECONDS = 60;

  private final HttpClient client;
  private final URI root;
  private final Duration timeout;

  /**
   * Points at a server without contacting it.
   *
   * @param host host name, optionally with a port, as in {@code GCE_METADATA_HOST}
   * @param timeout bound on connecting and on each answer that does not wait for a change
   */
  public Metadata(String host, Duration timeout) {
    this.root = URI.create("http://" + host + "/computeMetadata/v1/");
    this.timeout = timeout;
    // A proxy would answer for its own machine, if at all.
    this.client =
        HttpClient.newBuilder().connectTimeout(timeout).proxy(HttpClient.Builder.NO_PROXY).build();
  }

  /** Points at the server of this machine; {@code GCE_METADATA_HOST} overrides its name. */
  public static Metadata of(Map<String, String> environment) {
    String host = environment.getOrDefault("GCE_METADATA_HOST", "metadata.google.internal");
    return new Metadata(host, Duration.ofSeconds(3));
  }

  /** A value and the tag that names its version. */
  record Value(String text, String tag) {}

  /**
   * Returns the value under a path such as {@code instance/zone}; empty if the server has none.
   *
   * @throws IOException if no metadata server answers in time
   * @throws InterruptedException if the thread is interrupted
   */
  public Optional<String> get(String path) throws IOException, InterruptedException {
    var request = request(path, timeout);
    return value(client.send(request, BodyHandlers.ofString())).map(Value::text);
  }

  /**
   * Completes when the value under a path is no longer the version named by {@code tag}, or when
   * the server has waited long enough; tag {@code 0} completes at once.
   */
  CompletableFuture<Optional<Value>> changed(String path, String tag) {
    String query = "?wait_for_change=true&timeout_sec=" + HOLD_SECONDS + "&last_etag=" + tag;
    var request = request(path + query, timeout.plusSeconds(HOLD_SECONDS));
    return client
        .sendAsync(request, BodyHandlers.ofString())
        .thenCompose(
            response -> {
              try {
                return CompletableFuture.completedFuture(value(response));
              } catch (IOException e) {
                return CompletableFuture.failedFuture(e);
              }
            });
  }

  private HttpRequest request(String path, Duration limit) {
    return HttpRequest.newBuilder(root.resolve(path))
        .header(FLAVOR, "Google")
        .timeout(limit)
        .build();
  }

  private static Optional<Value> value(HttpResponse<String> response) throws IOException {
    if (!response.headers().firstValue(FLAVOR).equals(Optional.of("Google"))) {
      throw new IOException(
          "Metadata: the answer of " + response.uri() + " must carry Metadata-Flavor: Google");
    }
    if (response.statusCode() == MISSING) {
      return Optional.empty();
    }
    if (response.statusCode() != 200) {
      throw new IOException(
          "Metadata: " + response.uri() + " must answer 200 (got " + response.statusCode() + ")");
    }
    String tag = response.headers().firstValue("ETag").orElse("0");
    return Optional.of(new Value(response.body().strip(), tag));
  }
}
