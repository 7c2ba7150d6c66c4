package org.tflion.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.config.TrainConfigs;
import org.tflion.train.loop.LoopListener;

/** Who may write to the folder of a run, and what its files hold the reader to. */
class RunFolderTest {

  private static final LoopListener SILENT = new LoopListener() {};

  @TempDir private Path folder;
  private Path run;
  private TinyRun tiny;

  @BeforeEach
  void writeText() throws IOException {
    tiny = TinyRun.in(folder);
    run = folder.resolve("run");
  }

  private TrainConfig config(String... more) {
    return tiny.config(
        Stream.concat(Stream.of("optimizer.jit=off"), Stream.of(more)).toArray(String[]::new));
  }

  private void train(long steps) {
    try (Training training = Training.start(config(), run)) {
      training.run(steps, SILENT);
    }
  }

  private static void refused(ThrowingCallable call, String... parts) {
    assertThatIllegalArgumentException()
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.getMessage()).contains(parts).doesNotContain("\n"));
  }

  @Test
  void oneTrainingAtATimeWritesThere() {
    String taken = "another process trains in " + run + "; wait for it or use another --out";
    try (Training training = Training.start(config(), run)) {
      // The second refusal shows that the first has not freed the lock.
      refused(() -> Training.resume(config(), run).close(), taken);
      refused(() -> Training.start(config(), run).close(), taken);
      training.run(1, SILENT);
    }
    Training.resume(config(), run).close();
    Training.resume(config(), run).close();
  }

  @Test
  void anotherChannelsLockIsRespected() throws IOException {
    Files.createDirectories(run);
    try (FileChannel channel =
            FileChannel.open(
                run.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      refused(() -> Training.start(config(), run).close(), "another process trains in " + run);
      assertThat(lock.isValid()).isTrue();
    }
    Training.start(config(), run).close();
  }

  @Test
  void aRunThatNeverSavedMakesWay() throws IOException {
    Training.start(config(), run).close();
    Path metrics = run.resolve("metrics.jsonl");
    Files.writeString(metrics, "{\"step\":1}\n");
    try (Training training = Training.start(config("train.seed=5"), run)) {
      assertThat(metrics).isEmptyFile();
      assertThat(run.resolve("config.yaml")).content().contains("seed: 5");
      training.run(1, SILENT);
    }
    refused(() -> Training.start(config(), run).close(), "which holds one); use --resume");
  }

  @Test
  void keepsTheTextsAbsolutePath() {
    Path relative = Path.of("").toAbsolutePath().relativize(tiny.text().toAbsolutePath());
    Training.start(config("data.path=" + relative), run).close();
    assertThat(TrainConfigs.read(run.resolve("config.yaml"), List.of()).data().path())
        .isEqualTo(tiny.text().toAbsolutePath().normalize().toString());
  }

  @Test
  void refusesAnEditedConfigByItsKey() throws IOException {
    train(1);
    Path file = run.resolve("config.yaml");
    Files.writeString(file, Files.readString(file).replace("layers: 1", "layers: 2"));
    RunDirectory edited = RunDirectory.open(run);
    TrainConfig now = edited.read(List.of());
    refused(() -> TrainedModel.open(edited, now), "model.layers must stay 1", "(got 2)");
    refused(() -> Training.resume(now, run).close(), "--resume: model.layers must stay 1");
  }

  @Test
  void measuresTheTextThatWasTrainedOnOrAnother() throws IOException {
    train(1);
    RunDirectory directory = RunDirectory.open(run);
    assertThat(TrainedModel.open(directory, directory.read(List.of())).evaluate(1).loss().value())
        .isPositive();
    String text = Files.readString(tiny.text());
    Path other = Files.writeString(folder.resolve("other.txt"), text.replace("quick", "quiet"));
    TrainConfig elsewhere = directory.read(List.of("data.path=" + other));
    assertThat(TrainedModel.open(directory, elsewhere).evaluate(1).loss().value()).isPositive();
    Files.copy(other, tiny.text(), StandardCopyOption.REPLACE_EXISTING);
    TrainedModel changed = TrainedModel.open(directory, directory.read(List.of()));
    refused(() -> changed.evaluate(1), "data.path " + tiny.text(), "that the model was trained on");
  }

  @Test
  void refusesAPromptOutsideTheAlphabetBeforeTraining() {
    refused(
        () -> Training.start(config("data.tokenizer=char", "sample.prompt=the Z"), run).close(),
        "sample.prompt: ",
        "'Z' U+005A at position 4");
    assertThat(run).doesNotExist();
  }

  @Test
  void validationDoesNotDependOnTheSeed() {
    TrainConfig one = config("train.seed=1");
    TrainConfig two = config("train.seed=2");
    TrainingSetup first = TrainingSetup.of(one, one.work().open(null));
    TrainingSetup second = TrainingSetup.of(two, two.work().open(null));
    assertThat(second.data().validation().at(3).ints("tokens"))
        .isEqualTo(first.data().validation().at(3).ints("tokens"));
    assertThat(second.data().train().at(3).ints("tokens"))
        .isNotEqualTo(first.data().train().at(3).ints("tokens"));
  }
}
