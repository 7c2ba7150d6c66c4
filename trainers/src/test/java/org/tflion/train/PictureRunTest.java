package org.tflion.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tflion.train.checkpoint.Checkpoint;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.config.TrainConfigs;
import org.tflion.train.data.image.IdxFolder;
import org.tflion.train.loop.LoopListener;
import org.tflion.train.metrics.StepMetrics;
import org.tflion.train.step.Evaluation;

/** A run whose task has nothing to do with text: bytes and labels in, an accuracy out. */
class PictureRunTest {

  private static final int STEPS = 24;

  @TempDir private Path folder;
  private Path pictures;

  @BeforeEach
  void write() throws IOException {
    pictures = IdxFolder.halves(folder.resolve("pictures"), 120);
  }

  private TrainConfig config(String... more) {
    List<String> overrides =
        new ArrayList<>(
            List.of(
                "task=vit",
                "model.image=8",
                "model.patch=4",
                "model.classes=2",
                "model.layers=1",
                "model.heads=2",
                "model.width=8",
                "model.dropout=0.1",
                "data.path=" + pictures,
                "data.validation=0.25",
                "data.shift=1",
                "optimizer.jit=off",
                "optimizer.learning_rate=0.01",
                "schedule.warmup=2",
                "train.steps=" + STEPS,
                "train.batch=10",
                "train.eval_batches=3",
                "train.eval_every=8",
                "train.checkpoint_every=8",
                "train.log_every=1"));
    overrides.addAll(List.of(more));
    return TrainConfigs.read(null, overrides);
  }

  private StepMetrics train(TrainConfig config, Path run, long steps) {
    try (Training training = Training.start(config, run)) {
      return training.run(steps, new LoopListener() {});
    }
  }

  private static void assertSameEnd(Path one, Path other) throws IOException {
    Checkpoint first = new RunDirectory(one).checkpoints().newest().orElseThrow().checkpoint();
    Checkpoint second = new RunDirectory(other).checkpoints().newest().orElseThrow().checkpoint();
    assertThat(second.manifest()).isEqualTo(first.manifest());
    for (var file : first.manifest().files()) {
      assertThat(Files.readAllBytes(second.folder().resolve(file.name())))
          .isEqualTo(Files.readAllBytes(first.folder().resolve(file.name())));
    }
  }

  @Test
  void goesOnBitForBit() throws IOException {
    StepMetrics straight = train(config(), folder.resolve("straight"), STEPS);
    train(config(), folder.resolve("halted"), 11);
    try (Training training = Training.resume(config(), folder.resolve("halted"))) {
      StepMetrics resumed = training.run(STEPS, new LoopListener() {});
      assertThat(resumed.loss()).isEqualTo(straight.loss());
      assertThat(resumed.valMetrics()).isEqualTo(straight.valMetrics()).containsKey("val_accuracy");
    }
    assertSameEnd(folder.resolve("straight"), folder.resolve("halted"));
  }

  @Test
  void itsMetricsReachFilesAndPage() throws IOException {
    Path run = folder.resolve("run");
    StepMetrics last = train(config(), run, STEPS);
    // Half of the pictures are of either class.
    double accuracy = last.valMetrics().getOrDefault("val_accuracy", 0.0);
    assertThat(accuracy).isGreaterThan(0.8);
    List<String> lines = Files.readAllLines(run.resolve("metrics.jsonl"));
    assertThat(lines).hasSize(STEPS);
    assertThat(lines.get(STEPS - 1)).contains("\"val_accuracy\":" + accuracy);
    assertThat(lines.get(0)).doesNotContain("val_");
    assertThat(last.tokens()).isEqualTo(10L * STEPS);
    assertThat(Files.readString(run.resolve("report.html")))
        .contains("<h2>Accuracy</h2>", "<th>last accuracy<td>");
    assertThat(Files.readString(run.resolve("config.yaml")))
        .contains("task: \"vit\"", "shift: 1")
        .doesNotContain("sample", "tokenizer");
    try (var files = Files.list(run)) {
      byte[] events =
          Files.readAllBytes(
              files.filter(f -> f.toString().contains("tfevents")).findFirst().orElseThrow());
      assertThat(new String(events, java.nio.charset.StandardCharsets.ISO_8859_1))
          .contains("validation/accuracy");
    }
  }

  @Test
  void isEvaluatedAndWritesNoText() {
    Path run = folder.resolve("run");
    StepMetrics last = train(config(), run, STEPS);
    RunDirectory directory = RunDirectory.open(run);
    TrainedModel model = TrainedModel.open(directory, directory.read(List.of()));
    Evaluation evaluation = model.evaluate(3);
    assertThat(evaluation.loss().value()).isEqualTo(last.valLoss());
    assertThat(evaluation.loss().count()).isEqualTo(30);
    assertThat(evaluation.values().get("accuracy"))
        .isEqualTo(last.valMetrics().get("val_accuracy"));
    assertThatIllegalArgumentException()
        .isThrownBy(model::sample)
        .withMessage("generate: the run must be of a task that writes text, such as gpt (got vit)");
  }

  @Test
  void whatMayNotChangeIsNamed() {
    Path run = folder.resolve("run");
    train(config(), run, 8);
    refused("--resume: model.width must stay 8", config("model.width=16"), run);
    refused("--resume: data.shift must stay 1", config("data.shift=0"), run);
    refused("--resume: train.batch must stay 10", config("train.batch=5"), run);
    TrainConfig text = TrainConfigs.read(null, List.of("data.path=" + pictures));
    refused("--resume: task must stay vit", text, run);
  }

  private static void refused(String sentence, TrainConfig config, Path run) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Training.resume(config, run).close())
        .withMessageStartingWith(sentence);
  }

  @Test
  void picturesThatDoNotFitTheModelAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> train(config("model.image=12"), folder.resolve("run"), 1))
        .withMessageContaining("model.image must be the size of the pictures")
        .withMessageContaining("[8, 8] with 1 channel (got 12 with model.channels 1)");
    assertThat(folder.resolve("run")).doesNotExist();
  }
}
