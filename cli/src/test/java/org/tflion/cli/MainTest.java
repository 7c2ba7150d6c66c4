package org.tflion.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The commands as a user types them, in this process. */
class MainTest {

  @TempDir private Path folder;
  private Path text;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void writeText() throws IOException {
    text = folder.resolve("text.txt");
    Files.writeString(text, "pack my box with five dozen liquor jugs. ".repeat(60));
  }

  private int tflion(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  /** Trains a tiny model; what is given comes last and wins. */
  private int train(String... more) {
    List<String> arguments = new ArrayList<>(List.of("train"));
    List<String> given = List.of(more);
    if (!given.contains("--data")) {
      arguments.addAll(List.of("--data", text.toString()));
    }
    if (!given.contains("--out")) {
      arguments.addAll(List.of("--out", run().toString()));
    }
    for (String setting :
        List.of(
            "model.layers=1",
            "model.heads=2",
            "model.width=16",
            "model.context=8",
            "train.batch=4",
            "train.steps=6",
            "train.eval_batches=2",
            "train.checkpoint_every=3",
            "schedule.warmup=2",
            "sample.tokens=10")) {
      arguments.addAll(List.of("--set", setting));
    }
    arguments.addAll(given);
    return tflion(arguments.toArray(String[]::new));
  }

  private Path run() {
    return folder.resolve("run");
  }

  @Test
  void trainsGeneratesAndEvaluates() {
    assertThat(train()).as(err.toString()).isZero();
    assertThat(err.toString()).contains("parameters, lion").contains("step 6/6").contains("saved");
    assertThat(out.toString()).startsWith("public ").contains("step 6  loss");

    String[] generate = {"generate", "--run", run().toString(), "--prompt", "pack", "--seed", "3"};
    assertThat(tflion(generate)).isZero();
    String first = out.toString();
    assertThat(first).startsWith("pack");
    assertThat(tflion(generate)).isZero();
    assertThat(out.toString()).isEqualTo(first);

    assertThat(tflion("eval", "--run", run().toString(), "--json")).isZero();
    JsonNode result = new ObjectMapper().readTree(out.toString());
    assertThat(result.get("step").asLong()).isEqualTo(6);
    assertThat(result.get("bits_per_token").asDouble())
        .isEqualTo(result.get("loss").asDouble() / Math.log(2));
  }

  @Test
  void stopsEarlyAndGoesOn() throws IOException {
    assertThat(train("--steps", "3")).isZero();
    assertThat(tflion("train", "--resume", "--out", run().toString())).as(err.toString()).isZero();
    assertThat(out.toString()).contains("step 6  loss");
    assertThat(Files.readAllLines(run().resolve("metrics.jsonl")))
        .extracting(line -> new ObjectMapper().readTree(line).get("step").asInt())
        .doesNotHaveDuplicates()
        .contains(1, 3, 6);

    assertThat(tflion("train", "--resume", "--out", run().toString(), "--set", "train.steps=8"))
        .as(err.toString())
        .isZero();
    assertThat(Files.readString(run().resolve("config.yaml"))).contains("steps: 8");
  }

  @Test
  void tellsWhatItMakesOfTheMachine() throws IOException {
    assertThat(train()).as(err.toString()).isZero();
    assertThat(Files.readAllLines(run().resolve("metrics.jsonl")))
        .extracting(line -> new ObjectMapper().readTree(line).get("mfu").asDouble())
        .allSatisfy(share -> assertThat(share).isBetween(1e-9, 2.0));
  }

  @Test
  void printsTheResultAsJson() {
    assertThat(train("--json", "--set", "optimizer.name=adamw")).isZero();
    JsonNode result = new ObjectMapper().readTree(out.toString());
    assertThat(result.propertyNames())
        .containsExactlyInAnyOrder(
            "run", "step", "loss", "val_loss", "metrics", "seconds", "sample");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--set optimizer.learning_rat=1 | did you mean learning_rate",
        "--set model.heads=3 | heads",
        "--set optimizer.learning_rate=0 | optimizer.learning_rate must be",
        "--set optimizer.learning_rate=NaN | optimizer.learning_rate",
        "--set optimizer.learning_rate=-1 | optimizer.learning_rate must be",
        "--set model.context=100000 | context",
        "--set preset=nanoo | nano",
        "--data /no/such/file | /no/such/file",
        "--steps 7 | --steps must be from 1",
        "--stps 7 | --steps",
        "--resume | config.yaml",
        "--max-minutes 0 | --max-minutes must be above 0",
        "--max-minutes NaN | --max-minutes must be above 0",
        "--from x --resume | must come without --resume",
        "--from /no/such/run | /no/such/run",
        "--load-weights-only | --load-weights-only must come with --resume",
        "--rewind | --rewind must come with --resume",
        "--exclude x | --exclude must come with --resume or --from",
      })
  void refusesWrongUsageInOneSentence(String arguments, String sentence) {
    assertThat(train(arguments.split(" ", -1))).isEqualTo(2);
    assertThat(err.toString()).contains(sentence).startsWith("tflion: ").doesNotContain("\tat ");
    assertThat(run().resolve("metrics.jsonl")).doesNotExist();
  }

  @Test
  void refusesEmptyData() throws IOException {
    Files.writeString(text, "");
    assertThat(train()).isEqualTo(2);
    assertThat(err.toString()).contains("0 bytes").hasLineCount(1);
  }

  @Test
  void refusesAFolderThatCannotBeWritten() {
    assertThat(train("--out", text.resolve("run").toString())).isEqualTo(2);
    assertThat(err.toString())
        .contains("--out must be a folder that can be written")
        .hasLineCount(1);
  }

  @Test
  void refusesAFolderThatHoldsARun() {
    assertThat(train()).isZero();
    assertThat(train()).isEqualTo(2);
    assertThat(err.toString()).contains("--resume").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.width=32", "model.layers=2", "optimizer.name=adamw"})
  void refusesToResumeAsSomethingElse(String setting) {
    assertThat(train("--steps", "3")).isZero();
    assertThat(tflion("train", "--resume", "--out", run().toString(), "--set", setting))
        .isEqualTo(2);
    String key = setting.substring(0, setting.indexOf('='));
    assertThat(err.toString()).contains("--resume: " + key + " must stay").hasLineCount(1);
  }

  @Test
  void refusesADamagedCheckpoint() throws IOException {
    assertThat(train("--steps", "3")).isZero();
    Path data = run().resolve("checkpoints/step-3/tensors.data-00000-of-00001");
    byte[] bytes = Files.readAllBytes(data);
    bytes[bytes.length / 2] ^= 1;
    Files.write(data, bytes, StandardOpenOption.TRUNCATE_EXISTING);
    assertThat(tflion("train", "--resume", "--out", run().toString())).isEqualTo(1);
    assertThat(err.toString()).contains(data + " is damaged").hasLineCount(1);
    assertThat(tflion("generate", "--run", run().toString())).isEqualTo(1);
    assertThat(err.toString()).contains(data + " is damaged").hasLineCount(1);
  }

  @Test
  void fallsBackToTheCheckpointBeforeADamagedOneAndSaysSo() throws IOException {
    assertThat(train()).isZero();
    Path index = run().resolve("checkpoints/step-6/tensors.index");
    Files.write(index, new byte[] {1, 2, 3});
    assertThat(tflion("generate", "--run", run().toString())).isZero();
    assertThat(err.toString())
        .startsWith("tflion: warning: Checkpoint: " + index + " is damaged")
        .contains("; taking step 3 instead");
    assertThat(tflion("train", "--resume", "--out", run().toString())).isZero();
    assertThat(err.toString()).contains("; taking step 3 instead");
    assertThat(tflion("generate", "--run", run().toString())).isZero();
    assertThat(err.toString()).contains("tokens/s").doesNotContain("warning").hasLineCount(1);
  }

  @Test
  void stopsWhenTheTimeIsUpAndGoesOn() {
    assertThat(train("--max-minutes", "1e-9")).isEqualTo(75);
    assertThat(err.toString()).contains("stopped after step 1; go on with --resume --out " + run());
    assertThat(out.toString()).isEmpty();
    assertThat(tflion("train", "--resume", "--out", run().toString())).isZero();
  }

  @Test
  void goesOnWithAnotherOptimizerAndBeginsFromAnotherRun() {
    assertThat(train("--steps", "3")).isZero();
    String[] other = {
      "train", "--resume", "--out", run().toString(), "--set", "optimizer.name=adamw"
    };
    assertThat(tflion(other)).isEqualTo(2);
    String[] weights = java.util.Arrays.copyOf(other, other.length + 1);
    weights[other.length] = "--load-weights-only";
    assertThat(tflion(weights)).as(err.toString()).isZero();
    assertThat(err.toString()).contains("slots of the optimizer start fresh: first_moment");
    Path next = folder.resolve("next");
    assertThat(train("--out", next.toString(), "--from", run().toString())).isZero();
    assertThat(err.toString()).contains("step 6/6");
    assertThat(
            train(
                "--out",
                folder.resolve("x").toString(),
                "--from",
                next.toString(),
                "--exclude",
                "("))
        .isEqualTo(2);
    assertThat(err.toString()).contains("--exclude must be a regular expression").hasLineCount(1);
  }

  @Test
  void everyCommandHasHelp() {
    for (String command : List.of("train", "generate", "eval", "doctor")) {
      assertThat(tflion(command, "--help")).isZero();
      assertThat(out.toString()).startsWith("Usage: tflion " + command);
    }
    assertThat(tflion()).isEqualTo(2);
    assertThat(tflion("trian")).isEqualTo(2);
    assertThat(err.toString()).contains("train");
  }
}
