package org.tflion.cli.tpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.tflion.tpu.compile.Compiler;
import org.tflion.train.Engine;
import org.tflion.train.Training;
import org.tflion.train.Transfer;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.config.TrainConfigs;
import org.tflion.train.loop.LoopListener;
import org.tflion.train.metrics.StepMetrics;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** A training on the device that a plugin of this machine drives. */
@Timeout(1200)
@EnabledForJreRange(minVersion = Compiler.JAVA, disabledReason = "plugins need a newer Java")
@EnabledIfEnvironmentVariable(
    named = "PJRT_PLUGIN",
    matches = ".+",
    disabledReason = "set PJRT_PLUGIN to a PJRT plugin that finds a device in this machine")
class PjrtTrainingTest {

  private static final int STEPS = 50;
  private static final LoopListener SILENT = new LoopListener() {};

  @TempDir private Path folder;

  private TrainConfig config(String... more) throws Exception {
    Path text = folder.resolve("text.txt");
    StringBuilder words = new StringBuilder();
    for (int i = 0; i < 2000; i++) {
      words.append(Integer.toString(i * i, 36)).append(i % 7 == 0 ? '\n' : ' ');
    }
    Files.writeString(text, words);
    List<String> settings =
        new ArrayList<>(
            List.of(
                "data.path=" + text,
                "model.layers=2",
                "model.heads=2",
                "model.width=32",
                "model.context=16",
                "train.batch=8",
                "train.steps=" + STEPS,
                "train.log_every=1",
                "train.eval_every=25",
                "train.eval_batches=2",
                "schedule.warmup=10",
                "optimizer.learning_rate=3e-4"));
    settings.addAll(List.of(more));
    return TrainConfigs.read(null, settings);
  }

  private static Engine pjrt() {
    return Engine.pjrt(Path.of(Objects.requireNonNull(System.getenv("PJRT_PLUGIN"))));
  }

  private List<JsonNode> train(TrainConfig config, String name, Engine engine) throws Exception {
    try (Training training = Training.start(config, folder.resolve(name), engine)) {
      training.run(STEPS, SILENT);
    }
    return lines(name);
  }

  private List<JsonNode> lines(String name) throws Exception {
    ObjectMapper json = new ObjectMapper();
    return Files.readAllLines(folder.resolve(name).resolve("metrics.jsonl")).stream()
        .map(json::readTree)
        .toList();
  }

  private static void assertSame(List<JsonNode> expected, List<JsonNode> actual) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      for (String key : List.of("loss", "val_loss", "learning_rate")) {
        if (expected.get(i).has(key)) {
          assertThat(actual.get(i).get(key).asDouble())
              .as(key + " of step " + (i + 1))
              .isCloseTo(expected.get(i).get(key).asDouble(), within(1e-4));
        }
      }
    }
  }

  @Test
  void trainsAsTensorFlowDoes() throws Exception {
    TrainConfig config = config();
    assertSame(train(config, "tensorflow", Engine.TENSORFLOW), train(config, "pjrt", pjrt()));
  }

  @Test
  void aBatchInPartsTrainsAsTensorFlowDoes() throws Exception {
    TrainConfig config = config("train.micro_batch=4", "optimizer.name=adamw");
    assertSame(train(config, "tensorflow", Engine.TENSORFLOW), train(config, "pjrt", pjrt()));
  }

  @Test
  void eitherEngineGoesOnFromTheOthersCheckpoint() throws Exception {
    TrainConfig config = config();
    List<JsonNode> straight = train(config, "straight", Engine.TENSORFLOW);
    Path run = folder.resolve("both");
    try (Training training = Training.start(config, run, pjrt())) {
      training.run(20, SILENT);
    }
    try (Training training = Training.resume(config, run, Transfer.ALL, false, Engine.TENSORFLOW)) {
      training.run(30, SILENT);
    }
    StepMetrics last;
    try (Training training = Training.resume(config, run, Transfer.ALL, false, pjrt())) {
      last = training.run(STEPS, SILENT);
    }
    assertThat(last.step()).isEqualTo(STEPS);
    assertThat(last.loss()).isCloseTo(straight.get(STEPS - 1).get("loss").asDouble(), within(1e-4));
  }
}
