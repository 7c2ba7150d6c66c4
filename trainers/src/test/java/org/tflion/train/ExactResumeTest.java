package org.tflion.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tflion.train.checkpoint.Checkpoint;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.loop.LoopListener;
import org.tflion.train.metrics.StepMetrics;

/**
 * A run that dies twice and goes on ends where one ends that was left alone: every loss, every
 * weight, slot and average, the place in the data and the state of the guard, bit for bit.
 */
class ExactResumeTest {

  private static final int STEPS = 24;

  @TempDir private Path folder;
  private TinyRun tiny;

  @BeforeEach
  void writeText() throws IOException {
    tiny = TinyRun.in(folder);
  }

  /** Rows of 8 tokens, of which the text has 303: the second epoch begins in step 19. */
  private TrainConfig config(String optimizer, String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "optimizer.name=" + optimizer,
                "optimizer.jit=off",
                "data.order=epochs",
                "train.steps=" + STEPS,
                "train.batch=16",
                "train.replicas=1",
                "train.eval_every=7",
                "train.checkpoint_every=6",
                "guard.spike=6",
                "guard.window=16"));
    settings.addAll(List.of(more));
    return tiny.config(settings.toArray(String[]::new));
  }

  /** The end of the process, as far as the training goes. */
  private static final class Death extends Error {
    private static final long serialVersionUID = 1;
  }

  /** Hears of every step, and dies in one of them. */
  private static LoopListener mortal(Map<Long, StepMetrics> seen, long dies) {
    return new LoopListener() {
      @Override
      public void onStep(StepMetrics metrics) {
        if (metrics.step() == dies) {
          throw new Death();
        }
        seen.put(metrics.step(), metrics);
      }
    };
  }

  private static void dieAt(Training training, Map<Long, StepMetrics> seen, long step) {
    try (training) {
      assertThatThrownBy(() -> training.run(STEPS, mortal(seen, step))).isInstanceOf(Death.class);
    }
  }

  private Map<Long, StepMetrics> straight(TrainConfig config, Path run) {
    Map<Long, StepMetrics> seen = new TreeMap<>();
    try (Training training = Training.start(config, run)) {
      training.run(STEPS, mortal(seen, -1));
    }
    return seen;
  }

  private static List<List<Double>> losses(Map<Long, StepMetrics> seen) {
    return seen.values().stream()
        .map(
            metrics ->
                List.of(
                    metrics.loss(),
                    metrics.valLoss() == null ? -1 : metrics.valLoss(),
                    metrics.gradNorm(),
                    metrics.learningRate(),
                    (double) metrics.tokens(),
                    (double) metrics.skipped()))
        .toList();
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

  @ParameterizedTest
  @CsvSource({
    "lion, train.micro_batch=4, optimizer.average=0.9, data.prefetch=2, model.dropout=0.2",
    "adamw, train.micro_batch=4, optimizer.average=0.9, data.prefetch=0, model.dropout=0.2",
    "adafactor, train.micro_batch=4, optimizer.average=0.9, data.prefetch=2, model.dropout=0.2",
    "lion, train.replicas=2, optimizer.jit=update, data.order=random, model.dropout=0.2",
    "lion, train.micro_batch=4, optimizer.jit=step, data.order=random, model.dropout=0.2",
    "lion, train.precision=bfloat16, optimizer.jit=blocks, train.recompute=true, model.dropout=0.2",
  })
  void diesTwiceAndEndsAsIfItHadNot(
      String optimizer, String one, String two, String three, String four) throws IOException {
    TrainConfig config = config(optimizer, one, two, three, four);
    Path left = folder.resolve("left-alone");
    Map<Long, StepMetrics> expected = straight(config, left);
    Path run = folder.resolve("killed");
    Map<Long, StepMetrics> seen = new TreeMap<>();
    dieAt(Training.start(config, run), seen, 11);
    Training second = Training.resume(config, run);
    assertThat(second.done()).isEqualTo(6);
    dieAt(second, seen, 20);
    try (Training third = Training.resume(config, run)) {
      assertThat(third.done()).isEqualTo(18);
      third.run(STEPS, mortal(seen, -1));
    }
    assertThat(seen).hasSize(STEPS);
    assertThat(losses(seen)).isEqualTo(losses(expected));
    assertSameEnd(left, run);
  }

  @Test
  void theSameSeedTwiceIsTheSameRunTwice() throws IOException {
    TrainConfig config = config("lion");
    Path one = folder.resolve("one");
    Path two = folder.resolve("two");
    assertThat(losses(straight(config, one))).isEqualTo(losses(straight(config, two)));
    assertSameEnd(one, two);
  }

  @Test
  void anotherSeedIsAnotherRun() {
    Map<Long, StepMetrics> one = straight(config("lion"), folder.resolve("one"));
    Map<Long, StepMetrics> two = straight(config("lion", "train.seed=2"), folder.resolve("two"));
    assertThat(losses(one)).isNotEqualTo(losses(two));
  }
}
