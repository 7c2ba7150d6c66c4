package org.tflion.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tflion.train.RunDirectory;
import org.tflion.train.TrainedModel;
import org.tflion.train.Training;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.config.TrainConfigs;
import org.tflion.train.loop.LoopListener;
import org.tflion.train.metrics.StepMetrics;

/** The worked example of docs/design/new-task.md: what the page shows is what runs. */
class RingTaskTest {

  private static final Path PAGE = Path.of("../docs/design/new-task.md");
  private static final String RESOURCES = "src/main/resources/";

  @TempDir private Path folder;

  private StepMetrics train(TrainConfig config, Path run, long steps) {
    try (Training training = Training.start(config, run)) {
      return training.run(steps, new LoopListener() {});
    }
  }

  @Test
  void learnsTheRing() {
    TrainConfig config = TrainConfigs.read(null, List.of("task=ring"));
    Path run = folder.resolve("run");
    StepMetrics last = train(config, run, 600);
    double accuracy = last.valMetrics().getOrDefault("val_accuracy", 0.0);
    // About 37 % of the points are inside: whoever always says outside is right in 63 %.
    assertThat(accuracy).isGreaterThan(0.95);
    TrainedModel model = TrainedModel.open(RunDirectory.open(run), config);
    assertThat(model.evaluate(8).values()).containsEntry("accuracy", accuracy);
  }

  @Test
  void goesOnAsIfItHadNotStopped() {
    TrainConfig config = TrainConfigs.read(null, List.of("task=ring", "optimizer.jit=off"));
    StepMetrics straight = train(config, folder.resolve("straight"), 40);
    train(config, folder.resolve("halted"), 17);
    try (Training training = Training.resume(config, folder.resolve("halted"))) {
      StepMetrics resumed = training.run(40, new LoopListener() {});
      assertThat(resumed.loss()).isEqualTo(straight.loss());
      assertThat(resumed.valMetrics()).isEqualTo(straight.valMetrics());
    }
  }

  @Test
  void itsKeysAreChecked() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrainConfigs.read(null, List.of("task=ring", "model.hiden=64")))
        .withMessageContaining("did you mean hidden?");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrainConfigs.read(null, List.of("task=ring", "model.hidden=0")))
        .withMessageContaining("model.hidden must be 1 or more (got 0)");
  }

  @Test
  void thePageShowsTheCode() throws IOException {
    String page = Files.readString(PAGE);
    String code = Files.readString(Path.of("src/main/java/org/tflion/examples/RingTask.java"));
    String listing = code.substring(code.indexOf("/** A task"));
    assertThat(listing.lines()).hasSizeLessThan(100);
    assertThat(page).contains("```java\n" + listing + "```\n");
    assertThat(page)
        .contains("```\n" + resource("META-INF/services/org.tflion.train.task.Task") + "```\n")
        .contains("```yaml\n" + resource("org/tflion/train/config/presets/ring.yaml") + "```\n");
  }

  private static String resource(String name) throws IOException {
    return Files.readString(Path.of(RESOURCES + name));
  }
}
