package org.tflion.train.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tflion.train.metrics.StepMetrics;

class PrometheusEndpointTest {

  private static final StepMetrics FIRST =
      new StepMetrics(1, 9, null, 1e-4, 0.5, 32, 100, 20, 0, null, null, 0, Map.of(), Map.of());
  private static final StepMetrics SECOND =
      new StepMetrics(2, 2.5, 2.75, 1e-4, 0.5, 64, 100, 20, 1, null, null, 0.25, Map.of(), Map.of())
          .with(Map.of("duty_cycle_percent", 87.5));

  private static HttpResponse<String> ask(URI address, String method)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(address).method(method, HttpRequest.BodyPublishers.noBody()).build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void servesTheNewestStep() throws IOException, InterruptedException {
    try (PrometheusEndpoint endpoint = new PrometheusEndpoint(0)) {
      assertThat(ask(endpoint.address(), "GET").body()).isEmpty();
      endpoint.onStep(FIRST);
      endpoint.onStep(SECOND);
      HttpResponse<String> answer = ask(endpoint.address(), "GET");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("content-type"))
          .hasValue("text/plain; version=0.0.4; charset=utf-8");
      assertThat(answer.body())
          .isEqualTo(
              """
              # TYPE tflion_step_total counter
              tflion_step_total 2
              # TYPE tflion_tokens_total counter
              tflion_tokens_total 64
              # TYPE tflion_loss_train gauge
              tflion_loss_train 2.5
              # TYPE tflion_loss_validation gauge
              tflion_loss_validation 2.75
              # TYPE tflion_optimizer_learning_rate gauge
              tflion_optimizer_learning_rate 1.0E-4
              # TYPE tflion_optimizer_gradient_norm gauge
              tflion_optimizer_gradient_norm 0.5
              # TYPE tflion_optimizer_skipped gauge
              tflion_optimizer_skipped 1.0
              # TYPE tflion_speed_tokens_per_second gauge
              tflion_speed_tokens_per_second 100.0
              # TYPE tflion_speed_step_ms gauge
              tflion_speed_step_ms 20.0
              # TYPE tflion_speed_data_wait_ms gauge
              tflion_speed_data_wait_ms 0.25
              # TYPE tflion_device_duty_cycle_percent gauge
              tflion_device_duty_cycle_percent 87.5
              """);
      assertThat(ask(endpoint.address(), "POST").statusCode()).isEqualTo(405);
      assertThat(ask(endpoint.address().resolve("/other"), "GET").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void refusesAPortThatIsTakenOrNone() {
    try (PrometheusEndpoint endpoint = new PrometheusEndpoint(0)) {
      int taken = endpoint.address().getPort();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new PrometheusEndpoint(taken).close())
          .withMessageStartingWith("--prometheus must be a free port (got " + taken);
    }
    for (int port : new int[] {-1, 65_536}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new PrometheusEndpoint(port).close())
          .withMessageStartingWith("--prometheus must be a port up to 65535");
    }
  }
}
