package org.tflion.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** A model leaves, comes back, writes, and is compared, as a user types it. */
class ModelCommandsTest {

  private static final List<String> TINY =
      List.of(
          "model.layers=1",
          "model.heads=2",
          "model.width=16",
          "model.context=8",
          "train.batch=4",
          "train.eval_batches=2",
          "schedule.warmup=1",
          "sample.tokens=10",
          "optimizer.jit=off");

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void writeText() throws IOException {
    Files.writeString(
        folder.resolve("text.txt"), "pack my box with five dozen liquor jugs. ".repeat(60));
  }

  private String at(String name) {
    return folder.resolve(name).toString();
  }

  private int tflion(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  private JsonNode json() {
    return new ObjectMapper().readTree(out.toString());
  }

  private int tiny(String command, String... more) {
    List<String> arguments = new ArrayList<>(List.of(command, "--data", at("text.txt")));
    for (String setting : TINY) {
      arguments.addAll(List.of("--set", setting));
    }
    arguments.addAll(List.of(more));
    return tflion(arguments.toArray(String[]::new));
  }

  private void train(String... more) {
    List<String> all = new ArrayList<>(List.of("--out", at("run"), "--set", "train.steps=4"));
    all.addAll(List.of(more));
    assertThat(tiny("train", all.toArray(String[]::new))).as(err.toString()).isZero();
  }

  @Test
  void leavesAndComesBack() {
    train();
    assertThat(tflion("export", "--run", at("run"), "--out", at("hf"), "--json")).isZero();
    assertThat(json().get("format").asString()).isEqualTo("safetensors");
    assertThat(err.toString()).contains("tflion_tokenizer.json").hasLineCount(1);
    assertThat(tflion("import", "--from", at("hf"), "--out", at("again"))).isZero();
    assertThat(out.toString()).contains("parameters in " + at("again"));
    String[] scores = {"generate", "--run", at("run"), "--prompt", "pack", "--scores"};
    assertThat(tflion(scores)).isZero();
    JsonNode before = json();
    assertThat(before.get("tokens")).hasSize(4);
    assertThat(before.get("scores")).hasSize(256);
    scores[2] = at("again");
    assertThat(tflion(scores)).isZero();
    assertThat(json().get("tokens")).isEqualTo(before.get("tokens"));
    for (int i = 0; i < 256; i++) {
      // Zeros are added where the model had no biases.
      assertThat(json().get("scores").get(i).asDouble())
          .isCloseTo(before.get("scores").get(i).asDouble(), within(1e-5));
    }
    assertThat(tflion("export", "--run", at("run"), "--out", at("hf"))).isEqualTo(2);
    assertThat(err.toString()).contains("--out must be a new or empty folder").hasLineCount(1);
    String[] saved = {
      "export", "--run", at("again"), "--out", at("saved"), "--format", "savedmodel"
    };
    assertThat(tflion(saved)).isZero();
    assertThat(folder.resolve("saved/saved_model.pb")).exists();
    assertThat(tflion("import", "--from", at("saved"), "--out", at("x"))).isEqualTo(2);
    assertThat(err.toString()).contains("config.json").hasLineCount(1);
  }

  @Test
  void generatesTheSameTextWithAndWithoutWhatIsKept() {
    train("--profile", "2");
    assertThat(folder.resolve("run/trace.json")).content().contains("\"traceEvents\"", "MatMul");
    String[] plain = {"generate", "--run", at("run"), "--tokens", "20", "--json"};
    assertThat(tflion(plain)).isZero();
    JsonNode cached = json();
    assertThat(cached.get("tokens").asInt()).isEqualTo(20);
    assertThat(cached.get("cached").asBoolean()).isTrue();
    assertThat(cached.get("tokens_per_second").asDouble()).isPositive();
    String[] whole = Arrays.copyOf(plain, 7);
    whole[6] = "--no-cache";
    assertThat(tflion(whole)).isZero();
    assertThat(json().get("text")).isEqualTo(cached.get("text"));
    assertThat(tflion("eval", "--run", at("run"), "--json")).isZero();
    assertThat(json().get("bits_per_byte").asDouble())
        .isEqualTo(json().get("bits_per_token").asDouble());
  }

  @Test
  void printsTheConfigAndTrainsNothing() {
    assertThat(tiny("train", "--out", at("run"), "--print-config")).isZero();
    assertThat(out.toString())
        .contains("  width: 16                                 # --set\n")
        .contains("# preset nano for lion\n");
    assertThat(tiny("train", "--out", at("run"), "--print-config", "--json")).isZero();
    assertThat(json().at("/config/model/width").asInt()).isEqualTo(16);
    assertThat(json().at("/sources").get("data.path").asString()).isEqualTo("--data");
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void refusesMoreStepsThanThereAreToRecord() {
    assertThat(tiny("train", "--out", at("x"), "--set", "train.steps=4", "--profile", "3"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("--profile must be from 1 to 2 steps here (got 3)");
  }

  /** Two real child processes, and none the second time. */
  @Test
  void comparesOptimizersOnce() throws IOException {
    String[] compare = {
      "--optimizers", "lion,adamw", "--seeds", "1", "--steps", "4", "--out", at("compared")
    };
    assertThat(tiny("compare", compare)).as(err.toString()).isZero();
    assertThat(out.toString()).contains("lion", "adamw", "means of 1 seeds");
    String report = Files.readString(folder.resolve("compared/report.html"));
    assertThat(report)
        .contains("<h2>Training loss", "<h2>Validation loss", "<td>adamw<td>")
        .doesNotContain("src=", "href=", "url(");
    String[] again = Arrays.copyOf(compare, compare.length + 1);
    again[compare.length] = "--json";
    assertThat(tiny("compare", again)).isZero();
    assertThat(err.toString()).contains("adamw-1, part 2 of 2, is over already");
    JsonNode results = json().get("results");
    assertThat(results).hasSize(2);
    assertThat(results.get(0).get("slot_bytes_per_param").asDouble()).isEqualTo(4);
    assertThat(results.get(1).get("slot_bytes_per_param").asDouble()).isEqualTo(8);
    assertThat(results.get(0).get("peak_rss_bytes").asLong()).isGreaterThan(50_000_000);
    assertThat(json().get("common_loss").asDouble()).isBetween(1.0, 6.0);
    String[] other = {"--optimizers", "lion", "--seeds", "1", "--steps", "5", "--out", compare[7]};
    assertThat(tiny("compare", other)).isEqualTo(2);
    assertThat(err.toString()).contains("lion-1 has another config");
    String[] wrong = {"--optimizers", "lion,lion", "--out", at("y")};
    assertThat(tiny("compare", wrong)).isEqualTo(2);
    assertThat(err.toString()).contains("--optimizers must name each once (got lion)");
  }
}
