package org.tflion.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** {@code verify} and {@code bench update}, in this process. */
class VerifyTest {

  private static final Path REFERENCE = Path.of("..", "..", "shared", "golden", "vectors.json");

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int tflion(String... arguments) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  /** One weight of 1, gradient 2: c = 0.2, so it moves by -0.1 * (1 + 0.5); m = 0.02. */
  private Path vectors(String weight) throws IOException {
    String lion =
        """
        {"name": "lion_dense_other", "hyper": {"lr": 0.1, "beta1": 0.9, "beta2": 0.99,
         "weight_decay": 0.5}, "inputs": {"params": [[1.0]], "grads": [[[2.0]]]},
         "steps": [{"c": [[0.2]], "params": [[%s]], "m": [[0.02]]}]}
        """
            .formatted(weight);
    String stranger = "{\"name\": \"sophia\", \"hyper\": {}, \"inputs\": {}, \"steps\": []}";
    return Files.writeString(
        folder.resolve("vectors.json"), "{\"cases\": [" + lion + "," + stranger + "]}");
  }

  @Test
  void passesWhatHoldsAndListsWhatItDoesNotKnow() throws IOException {
    assertThat(tflion("verify", "--vectors", vectors("0.85").toString())).isZero();
    assertThat(out.toString())
        .contains("float64 xla", "float32 plain", "sophia", "unknown, not checked")
        .contains("4 passed, 0 failed, 1 unknown");
  }

  @Test
  void failsWhatDoesNotHold() throws IOException {
    String file = vectors("0.8500001").toString();
    assertThat(tflion("verify", "--vectors", file, "--json")).isEqualTo(1);
    JsonNode result = new ObjectMapper().readTree(out.toString());
    // In float32 a difference of 1e-7 is rounding.
    assertThat(result.get("failed").asInt()).isEqualTo(2);
    assertThat(result.get("passed").asInt()).isEqualTo(2);
  }

  @Test
  void holdsForEveryReferenceThatItKnows() {
    assumeTrue(Files.exists(REFERENCE), () -> "no reference vectors at " + REFERENCE);
    assertThat(tflion("verify", "--vectors", REFERENCE.toString())).as(out.toString()).isZero();
    List<String> unknown =
        out.toString().lines().filter(line -> line.contains("unknown, not")).toList();
    assertThat(unknown)
        .allMatch(line -> line.matches("(hero|diffusion|contrastive|lion_bf16_optax).*"));
  }

  @ParameterizedTest
  @CsvSource({
    "'verify --vectors /no/such', --vectors must be a file",
    "'bench update --optimizers lyon', optimizers must be among",
    "'bench update --params 10', params must be at least 1024",
    "'bench update --plugin /no/such', the library must be a file",
    "'bench', Missing what to measure",
  })
  void refusesInOneSentence(String arguments, String sentence) {
    assertThat(tflion(arguments.split(" ", -1))).isEqualTo(2);
    assertThat(err.toString()).startsWith("tflion: ").contains(sentence);
  }

  @Test
  void refusesAFileThatIsNoVectors() throws IOException {
    Path file = Files.writeString(folder.resolve("x"), "not json");
    assertThat(tflion("verify", "--vectors", file.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("--vectors must be JSON").hasLineCount(1);
  }

  @Test
  void measuresUpdates() {
    String[] bench = {"bench", "update", "--params", "4096", "--optimizers", "lion", "--json"};
    assertThat(tflion(bench)).as(err.toString()).isZero();
    JsonNode result = new ObjectMapper().readTree(out.toString());
    assertThat(result.get("copy_gb_per_s").asDouble()).isPositive();
    assertThat(result.get("results").size()).isEqualTo(2);
    assertThat(result.get("results").get(0).propertyNames())
        .containsExactlyInAnyOrder(
            "optimizer", "mode", "ns_per_param", "gb_per_s", "slot_bytes_per_param");
    assertThat(result.get("results").get(1).get("slot_bytes_per_param").asDouble()).isEqualTo(4);
  }
}
