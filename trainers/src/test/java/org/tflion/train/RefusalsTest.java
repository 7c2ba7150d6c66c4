package org.tflion.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tflion.train.checkpoint.CheckpointException;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.loop.LoopListener;

/** What a run refuses, and that nothing is written when it does. */
class RefusalsTest {

  private static final LoopListener SILENT = new LoopListener() {};

  @TempDir private static Path shared;
  private static Path run;

  @TempDir private Path folder;

  /** A run of 40 steps that stopped after 12, with its checkpoint at 12. */
  @BeforeAll
  static void trainTwelveSteps() throws IOException {
    run = shared.resolve("run");
    try (Training training = Training.start(config(TinyRun.in(shared)), run)) {
      training.run(12, SILENT);
    }
  }

  private static TrainConfig config(TinyRun tiny, String... more) {
    String[] all =
        Stream.concat(Stream.of("optimizer.jit=off"), Stream.of(more)).toArray(String[]::new);
    return tiny.config(all);
  }

  private static TrainConfig config(String... more) {
    return config(new TinyRun(shared.resolve("text.txt")), more);
  }

  /** Every file below a folder, byte for byte. */
  private static Map<Path, String> content(Path folder) throws IOException {
    Map<Path, String> content = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.filter(Files::isRegularFile).toList()) {
        content.put(path, Files.readString(path, StandardCharsets.ISO_8859_1));
      }
    }
    return content;
  }

  @ParameterizedTest
  @CsvSource({
    "model.context=3000, 'context 3000 needs at least 3001 tokens'",
    "model.context=400, 'context 400 needs at least 401 tokens, validation split'",
    "model.vocabulary=300;data.path=/nowhere/at/all, 'data.path'",
  })
  void refusesANewRunBeforeItsFolderIsMade(String settings, String message) {
    Path out = folder.resolve("new");
    assertThatThrownBy(() -> Training.start(config(settings.split(";", -1)), out).close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
    assertThat(out).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"config.yaml", "metrics.jsonl", "checkpoints"})
  void refusesAFolderThatHoldsAnyPartOfSomething(String part) throws IOException {
    Files.writeString(folder.resolve(part), "something");
    Map<Path, String> before = content(folder);
    assertThatThrownBy(() -> Training.start(config(), folder).close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("--out must be a folder without a run (got " + folder);
    assertThat(content(folder)).isEqualTo(before);
  }

  @Test
  void refusesAFolderThatCannotBeMade() {
    Path out = shared.resolve("text.txt").resolve("run");
    assertThatThrownBy(() -> Training.start(config(), out).close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("--out must be a folder that can be written (got " + out + ": ");
  }

  @ParameterizedTest
  @CsvSource({
    "model.width=32, 'model.width must stay 16'",
    "model.layers=2, 'model.layers must stay 1'",
    "train.batch=8, 'train.batch must stay 4'",
    "train.seed=99, 'train.seed must stay'",
    "optimizer.name=adamw, 'optimizer.name must stay lion'",
    "data.tokenizer=char, 'data.tokenizer must stay auto'",
  })
  void refusesToGoOnAsAnotherRun(String setting, String message) throws IOException {
    Map<Path, String> before = content(run);
    assertThatThrownBy(() -> Training.resume(config(setting), run).close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("--resume: " + message)
        .hasMessageContaining("what the run at " + run + " began with");
    assertThat(content(run)).isEqualTo(before);
  }

  @Test
  void refusesToGoOnWithOtherText() throws IOException {
    Path changed = folder.resolve("changed.txt");
    String text = Files.readString(shared.resolve("text.txt"));
    Files.writeString(changed, text.replaceFirst("quick", "quiet"));
    Map<Path, String> before = content(run);
    assertThatThrownBy(() -> Training.resume(config("data.path=" + changed), run).close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("data.path " + changed + " must hold the data that the run");
    assertThat(content(run)).isEqualTo(before);
  }

  @Test
  void refusesToGoOnWhereNoRunIs() throws IOException {
    assertThatThrownBy(() -> Training.resume(config(), folder).close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(folder + ", which has none");
    assertThat(content(folder)).isEmpty();
  }

  @Test
  void refusesToGoOnWhereNoCheckpointIs() {
    RunDirectory.create(folder.resolve("fresh"), config());
    assertThatThrownBy(() -> Training.resume(config(), folder.resolve("fresh")).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageEndingWith("has not saved one yet; train again with the same --out");
  }

  /** A refusal must not even cut the metrics back to the checkpoint. */
  @Test
  void refusesStepsThatAreDoneOrBeyondTheRun() throws IOException {
    Path copy = folder.resolve("copy");
    for (Map.Entry<Path, String> file : content(run).entrySet()) {
      Path to = copy.resolve(run.relativize(file.getKey()).toString());
      Files.createDirectories(to.resolveSibling("."));
      Files.writeString(to, file.getValue(), StandardCharsets.ISO_8859_1);
    }
    Path metrics = copy.resolve("metrics.jsonl");
    Files.writeString(metrics, Files.readString(metrics) + "{\"step\":13}\n");
    Map<Path, String> before = content(copy);
    try (Training training = Training.resume(config(), copy)) {
      for (long stop : new long[] {0, 12, 41}) {
        assertThatThrownBy(() -> training.run(stop, SILENT))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith("steps must be above the 12 done and at most train.steps 40");
      }
      assertThat(content(copy)).isEqualTo(before);
      training.run(14, SILENT);
      assertThat(training.done()).isEqualTo(14);
      training.run(15, SILENT);
    }
    assertThat(Files.readAllLines(metrics))
        .hasSize(15)
        .allSatisfy(line -> assertThat(line).contains("grad_norm"))
        .last()
        .asString()
        .startsWith("{\"step\":15,");
  }
}
