package org.tflion.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code bench step} and {@code bench soak}, in this process. */
class BenchTest {

  private static final List<String> TINY =
      List.of("--layers", "2", "--width", "16", "--heads", "2", "--context", "8", "--batch", "4");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int tflion(String line, String... more) {
    List<String> arguments = new ArrayList<>(List.of(line.split(" ")));
    arguments.addAll(List.of(more));
    return Main.run(
        new PrintWriter(out, true), new PrintWriter(err, true), arguments.toArray(String[]::new));
  }

  private JsonNode json(String line) {
    assertThat(tflion(line, TINY.toArray(String[]::new))).as(err.toString()).isZero();
    return new JsonMapper().readTree(out.toString());
  }

  @Test
  void tellsWhatAStepTakesAndWhere() {
    JsonNode result = json("bench step --steps 3 --json --jit blocks");
    double median = result.at("/step_ms/median").asDouble();
    assertThat(result.at("/step_ms/min").asDouble()).isPositive().isLessThanOrEqualTo(median);
    assertThat(result.at("/step_ms/max").asDouble()).isGreaterThanOrEqualTo(median);
    // 32 tokens; 6 flops for each of 2 * 12 * 16^2 + 256 * 16 weights, and 12 * 2 * 8 * 16.
    double flops = 32 * (6.0 * (2 * 12 * 256 + 4096) + 12 * 2 * 8 * 16);
    assertThat(result.path("tokens_per_second").asDouble() * median).isBetween(31_999.9, 32_000.1);
    assertThat(result.path("gflops").asDouble() * median * 1e6 / flops).isBetween(0.9999, 1.0001);
    for (String part :
        Arrays.asList("matrix_products", "attention", "norms", "activation", "loss", "update")) {
      assertThat(result.path("breakdown_ms").path(part).asDouble()).as(part).isPositive();
    }
  }

  @Test
  void tellsWhetherMemoryGrows() {
    JsonNode result = json("bench soak --steps 12 --settle 4 --json");
    assertThat(result.path("settled_mb").asDouble()).isPositive();
    assertThat(result.path("grown_mb").asDouble())
        .isEqualTo(result.path("end_mb").asDouble() - result.path("settled_mb").asDouble());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bench step --precision float8 | --precision must be one of [float32, bfloat16]",
        "bench step --precision bfloat16 --jit step | must not be step with",
        "bench step --jit all | optimizer.jit must be one of",
        "bench step --batch 0 | --batch must be 1 or more",
        "bench soak --settle 9 --steps 9 | --settle must be 1 or more and below --steps 9"
      })
  void refusesWhatItCannotMeasure(String line, String message) {
    assertThat(tflion(line)).isNotZero();
    assertThat(err.toString()).contains(message);
  }
}
