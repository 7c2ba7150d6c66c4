package org.tflion.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.loop.LoopListener;
import org.tflion.train.metrics.StepMetrics;

/** A checkpoint that is taken over in part: by its own run, or by another. */
class TransferTest {

  private static final LoopListener SILENT = new LoopListener() {};
  private static final Transfer WEIGHTS = new Transfer(true, null);

  @TempDir private static Path shared;
  private static Path run;

  @TempDir private Path folder;

  /** A run of 40 steps that stopped after 12. */
  @BeforeAll
  static void trainTwelveSteps() throws IOException {
    run = shared.resolve("run");
    TinyRun.in(shared);
    try (Training training = Training.start(config(), run)) {
      training.run(12, SILENT);
    }
  }

  private static TrainConfig config(String... more) {
    String[] all =
        Stream.concat(Stream.of("optimizer.jit=off"), Stream.of(more)).toArray(String[]::new);
    return new TinyRun(shared.resolve("text.txt")).config(all);
  }

  private static void refused(ThrowingCallable call, String... parts) {
    assertThatIllegalArgumentException()
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.getMessage()).contains(parts).doesNotContain("\n"));
  }

  private Path copy() throws IOException {
    Path copy = folder.resolve("copy");
    try (Stream<Path> all = Files.walk(run)) {
      for (Path path : all.toList()) {
        Files.copy(path, copy.resolve(run.relativize(path).toString()));
      }
    }
    return copy;
  }

  private static TrainConfig adamw() {
    return config("optimizer.name=adamw");
  }

  @Test
  void anotherOptimizerKeepsTheWeightsAndSaysWhichSlotsStartFresh() throws IOException {
    Path copy = copy();
    refused(
        () -> Training.resume(adamw(), copy).close(),
        "--resume: optimizer.name must stay lion",
        "go on with --load-weights-only to change it");
    try (Training training = Training.resume(adamw(), copy, WEIGHTS, false, Engine.TENSORFLOW)) {
      assertThat(training.done()).isEqualTo(12);
      assertThat(training.notes())
          .containsExactly("slots of the optimizer start fresh: first_moment, second_moment");
      StepMetrics next = training.run(13, SILENT);
      assertThat(next.loss()).isLessThan(5);
    }
    Training.resume(adamw(), copy).close();
  }

  /** From zero they would say nothing of the weights for a thousand updates. */
  @Test
  void averagesThatAreNewBeginAsTheWeightsAre() throws IOException {
    TrainConfig averaged = config("optimizer.average=0.999");
    try (Training training = Training.resume(config(), copy())) {
      assertThat(training.run(13, SILENT).valLoss()).isLessThan(5.0);
    }
    try (Training training =
        Training.resume(averaged, folder.resolve("copy"), WEIGHTS, false, Engine.TENSORFLOW)) {
      assertThat(training.run(14, SILENT).valLoss()).isLessThan(5.0);
    }
  }

  @Test
  void weightsGoOnWhereTheyWere() throws IOException {
    double whole;
    try (Training training = Training.resume(config(), copy())) {
      whole = training.run(13, SILENT).loss();
    }
    try (Training training =
        Training.start(config("train.seed=1"), folder.resolve("new"), from(), Engine.TENSORFLOW)) {
      assertThat(training.done()).isZero();
      assertThat(training.notes()).isEmpty();
      double first = training.run(1, SILENT).loss();
      // Of another batch, but the weights of 12 updates; the first weights give 5.5.
      assertThat(first).isCloseTo(whole, org.assertj.core.api.Assertions.within(0.5));
    }
  }

  private static WeightSource from() {
    return WeightSource.open(run, null);
  }

  @Test
  void aCheckpointsOwnFolderWillDo() {
    WeightSource source = WeightSource.open(run.resolve("checkpoints/step-12"), null);
    Training.start(adamw(), folder.resolve("new"), source, Engine.TENSORFLOW).close();
    assertThat(folder.resolve("new/config.yaml")).content().contains("adamw");
  }

  @Test
  void refusesAWeightOfAnotherShapeByItsName() {
    TrainConfig longer = config("model.context=16");
    refused(
        () -> Training.start(longer, folder.resolve("new"), from(), Engine.TENSORFLOW).close(),
        "must be float32 [8, 16], as in the checkpoint " + run,
        "(got float32 [16, 16]); leave it out with --exclude REGEX");
    assertThat(folder.resolve("new")).doesNotExist();
    WeightSource rest = WeightSource.open(run, Pattern.compile("position"));
    try (Training training =
        Training.start(longer, folder.resolve("new"), rest, Engine.TENSORFLOW)) {
      assertThat(training.notes())
          .singleElement()
          .asString()
          .startsWith("starts fresh, as --exclude says: weights/")
          .contains("position");
    }
  }

  @Test
  void refusesAModelOfAnotherMeaning() {
    refused(
        () ->
            Training.start(
                    config("model.heads=4"), folder.resolve("new"), from(), Engine.TENSORFLOW)
                .close(),
        "--from: model.heads must stay 2");
    refused(
        () ->
            Training.start(
                    config("model.layers=2"), folder.resolve("new"), from(), Engine.TENSORFLOW)
                .close(),
        "must be in the checkpoint " + run);
    refused(
        () ->
            Training.start(
                    config("data.tokenizer=char"), folder.resolve("new"), from(), Engine.TENSORFLOW)
                .close(),
        "data.tokenizer must stay what the run began with, byte");
  }

  @Test
  void refusesAnExclusionOfNothing() {
    refused(
        () ->
            Training.resume(
                    config(),
                    run,
                    new Transfer(false, Pattern.compile("nothing")),
                    false,
                    Engine.TENSORFLOW)
                .close(),
        "--exclude must match the name of a tensor, such as",
        "(got nothing)");
  }

  @Test
  void anExcludedSlotStartsFresh() throws IOException {
    try (Training training =
        Training.resume(
            config(),
            copy(),
            new Transfer(false, Pattern.compile("^slots/")),
            false,
            Engine.TENSORFLOW)) {
      assertThat(training.notes()).singleElement().asString().contains("slots/momentum/");
      training.run(13, SILENT);
    }
  }

  @Test
  void saysThatAnOlderCheckpointIsUsed() throws IOException {
    Path copy = copy();
    Files.write(copy.resolve("checkpoints/step-12/tensors.index"), new byte[] {1});
    List<String> warnings = TrainedModel.open(RunDirectory.open(copy), config()).warnings();
    assertThat(warnings)
        .singleElement()
        .asString()
        .contains("step-12/tensors.index is damaged")
        .endsWith("; taking step 10 instead");
    try (Training training = Training.resume(config(), copy)) {
      assertThat(training.done()).isEqualTo(10);
      assertThat(training.notes()).isEqualTo(warnings);
      training.run(12, SILENT);
    }
    assertThat(TrainedModel.open(RunDirectory.open(copy), config()).warnings()).isEmpty();
  }
}
