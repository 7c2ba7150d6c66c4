package org.tflion.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.DoublePredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tflion.train.Configs;
import org.tflion.train.config.TrainConfigs;
import org.tflion.train.data.Sampler;
import org.tflion.train.data.TextRows;
import org.tflion.train.data.source.TokenSource;
import org.tflion.train.metrics.MetricsLog;
import org.tflion.train.metrics.StepMetrics;
import org.tflion.train.model.gpt.Gpt;
import org.tflion.train.model.gpt.GptConfig;
import org.tflion.train.step.ScheduleConfig;
import org.tflion.train.step.StepConfig;
import org.tflion.train.step.TrainStep;

class LoopTest {

  private static final int BATCH = 2;
  private static final int CONTEXT = 4;
  private static final GuardConfig GUARD = new GuardConfig(3, 0, 16);
  private static final LoopConfig CONFIG =
      config(
          "train.log_every=3",
          "train.eval_every=4",
          "train.eval_batches=2",
          "train.checkpoint_every=5");

  @TempDir private Path folder;

  private final List<String> heard = new ArrayList<>();
  private DoublePredicate wanted = loss -> false;
  private int checks;

  /** Two hundred tokens below five. */
  private static final class Tokens implements TokenSource {

    private final int[] tokens = new Random(1).ints(200, 0, 5).toArray();

    @Override
    public long length() {
      return tokens.length;
    }

    @Override
    public void copy(long from, int[] into, int offset, int count) {
      System.arraycopy(tokens, (int) from, into, offset, count);
    }
  }

  private static TrainStep step(double rate) {
    GptConfig shape = new GptConfig(1, 1, 4, CONTEXT, "rope", "rmsnorm", "gelu", false, 0, 0, 0);
    var lion = new Configs.Plain("lion", rate, 0.9, 0.99, null, 0, 0, "off").config();
    StepConfig config = new StepConfig(lion, new ScheduleConfig("constant", 0, 0, 0), 9, 1);
    TextRows rows = new TextRows(BATCH, CONTEXT + 1);
    return new TrainStep(Gpt.of(shape, 5), config, rows.shape(false), 1);
  }

  private static Loop.Data data() {
    return new Loop.Data(
        new Sampler(new Tokens(), BATCH, CONTEXT, 1), new Sampler(new Tokens(), BATCH, CONTEXT, 2));
  }

  private Loop loop(LoopConfig config, TrainStep step) {
    LoopListener listener =
        new LoopListener() {
          @Override
          public void onStep(StepMetrics metrics) {
            heard.add("step " + metrics.step() + (metrics.valLoss() == null ? "" : " with loss"));
          }

          @Override
          public void onEvaluation(int batch, int batches) {
            heard.add("batch " + batch + " of " + batches);
          }
        };
    return new Loop(new Loop.Config(config, GUARD), step, data(), log(), saves(), listener);
  }

  private MetricsLog log() {
    return new MetricsLog(folder.resolve("metrics.jsonl"));
  }

  private static LoopConfig config(String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "schedule.warmup=0",
                "train.steps=9",
                "train.batch=" + BATCH,
                "train.eval_every=0",
                "train.eval_batches=1",
                "train.checkpoint_every=0"));
    settings.addAll(List.of(more));
    return TrainConfigs.read(null, settings).train();
  }

  private Saves saves() {
    return new Saves() {
      @Override
      public void save(Reached reached) {
        heard.add("saves step-" + reached.step() + (reached.valLoss() == null ? "" : " with loss"));
      }

      @Override
      public boolean wants(double valLoss) {
        return wanted.test(valLoss);
      }

      @Override
      public void check() {
        checks++;
      }

      @Override
      public void finish() {
        heard.add("finished");
      }
    };
  }

  private static Reached at(long step) {
    return new Reached(step, step, Guard.State.NONE, null);
  }

  private List<String> lines() throws IOException {
    return Files.readAllLines(folder.resolve("metrics.jsonl"));
  }

  @Test
  void evaluatesLogsAndSavesWhenItIsTime() throws IOException {
    try (TrainStep step = step(1e-3)) {
      StepMetrics last = loop(CONFIG, step).run(Reached.NOTHING, 9).last();
      assertThat(last.step()).isEqualTo(9);
      assertThat(last.tokens()).isEqualTo(9 * BATCH * CONTEXT);
      assertThat(last.tokensPerSecond() * last.stepMs() / 1000)
          .isCloseTo(BATCH * CONTEXT, within(1e-6));
    }
    List<String> evaluation = List.of("batch 1 of 2", "batch 2 of 2");
    List<String> expected = new ArrayList<>(List.of("step 1", "step 2", "step 3"));
    expected.addAll(evaluation);
    expected.addAll(List.of("step 4 with loss", "step 5", "saves step-5", "step 6", "step 7"));
    expected.addAll(evaluation);
    expected.add("step 8 with loss");
    expected.addAll(evaluation);
    expected.addAll(List.of("step 9 with loss", "saves step-9 with loss", "finished"));
    assertThat(heard).isEqualTo(expected);
    assertThat(lines())
        .extracting(line -> line.replaceAll("\\{\"step\":(\\d+),.*", "$1"))
        .containsExactly("1", "3", "4", "6", "8", "9");
    assertThat(checks).isEqualTo(9);
    // The line after a save tells what it cost.
    assertThat(lines())
        .extracting(line -> line.contains("save_ms"))
        .containsExactly(false, false, false, true, false, false);
    assertThat(lines())
        .extracting(line -> line.contains("val_loss"))
        .containsExactly(false, false, true, false, true, true);
  }

  @Test
  void evaluatesAndSavesAtTheEndAloneByDefault() throws IOException {
    try (TrainStep step = step(1e-3)) {
      loop(config("train.log_every=100"), step).run(at(5), 7);
    }
    assertThat(heard)
        .containsExactly(
            "step 6", "batch 1 of 1", "step 7 with loss", "saves step-7 with loss", "finished");
    assertThat(lines()).hasSize(2);
  }

  @Test
  void savesWhatIsWantedForItsLoss() {
    try (TrainStep step = step(1e-3)) {
      wanted = loss -> true;
      loop(config("train.eval_every=4"), step).run(Reached.NOTHING, 9);
    }
    assertThat(heard)
        .filteredOn(event -> event.startsWith("saves"))
        .containsExactly(
            "saves step-4 with loss", "saves step-8 with loss", "saves step-9 with loss");
  }

  @Test
  void savesAfterSoMuchTimeWhateverTheSteps() {
    long[] minutes = {0};
    SaveTimes times =
        new SaveTimes(
            config("train.checkpoint_minutes=5", "train.checkpoint_every=8"),
            () -> minutes[0] * 60_000_000_000L);
    assertThat(times.due(1)).isFalse();
    minutes[0] = 4;
    assertThat(times.due(2)).isFalse();
    assertThat(times.due(8)).isTrue();
    times.saved();
    minutes[0] = 8;
    assertThat(times.due(9)).isFalse();
    minutes[0] = 9;
    assertThat(times.due(10)).isTrue();
    times.saved();
    assertThat(times.due(11)).isFalse();
    SaveTimes never = new SaveTimes(config(), () -> minutes[0] * 60_000_000_000L);
    minutes[0] = 1_000_000;
    assertThat(never.due(8)).isFalse();
  }

  @Test
  void takesTheBatchOfTheStepAndAlwaysTheSameToValidate() {
    try (TrainStep step = step(1e-3)) {
      Validation validation = new Validation(data().validation(), 2);
      LoopListener deaf = new LoopListener() {};
      double third = step.evaluate(data().train().at(2)).loss().value();
      double first = step.evaluate(data().validation().at(0)).loss().value();
      double mean = (first + step.evaluate(data().validation().at(1)).loss().value()) / 2;
      assertThat(validation.mean(step::evaluate, deaf).loss().value())
          .isEqualTo(validation.mean(step::evaluate, deaf).loss().value())
          .isEqualTo(mean);
      // The same arithmetic, but for the order in which a graph may sum.
      assertThat(loop(CONFIG, step).run(at(2), 3).last().loss()).isCloseTo(third, within(1e-6));
    }
  }

  /** In float32 this rate is infinite: the first update leaves weights that are no numbers. */
  @Test
  void stopsBeforeItSavesWhatIsNoNumber() {
    try (TrainStep step = step(1e39)) {
      assertThatThrownBy(() -> loop(CONFIG, step).run(Reached.NOTHING, 1))
          .isInstanceOf(ArithmeticException.class)
          .hasMessage(
              "Training: the validation loss must stay finite (got NaN at step 1);"
                  + " lower optimizer.learning_rate or lengthen schedule.warmup");
    }
    assertThat(heard).noneMatch(event -> event.startsWith("saves"));
  }

  @Test
  void givesUpWhenTooManyInARowAreNoNumbers() throws IOException {
    try (TrainStep step = step(1e39)) {
      assertThatThrownBy(() -> loop(config("train.log_every=5"), step).run(at(2), 9))
          .isInstanceOfSatisfying(
              SkippedTooOftenException.class,
              e -> {
                assertThat(e.skips()).extracting("step").containsExactly(4L, 5L, 6L);
                assertThat(e.skips()).extracting("batch").containsExactly(3L, 4L, 5L);
                assertThat(e.guard().losses()).hasSize(1);
              })
          .hasMessageStartingWith("Training: 3 updates in a row were left out")
          .hasMessageContaining("the last at step 6: the loss is NaN");
    }
    assertThat(heard).noneMatch(event -> event.startsWith("saves"));
    assertThat(lines())
        .extracting(line -> line.contains("\"skipped_for\":\"the loss is NaN\""))
        .containsExactly(false, true, true);
  }

  /** The update of the second step goes wrong; its batch is left out, and nothing else. */
  @Test
  void oneBadBatchNeverStopsLaterOnes() {
    List<String> warnings = new ArrayList<>();
    try (TrainStep step = step(1e-3)) {
      GuardConfig most = new GuardConfig(3, 4, 16);
      LoopListener listener =
          new LoopListener() {
            @Override
            public void onWarning(String sentence) {
              warnings.add(sentence);
            }
          };
      // Losses before that make the first loss of this run, 1.6, a spike.
      Reached before = new Reached(0, 0, new Guard.State(5, 2, Collections.nCopies(16, 0.5)), null);
      Loop.Config config = new Loop.Config(config("train.log_every=1"), most);
      Loop loop = new Loop(config, step, data(), log(), saves(), listener);
      assertThatThrownBy(() -> loop.run(before, 9))
          .isInstanceOf(SkippedTooOftenException.class)
          .hasMessageContaining("3 updates in a row")
          .hasMessageContaining(" is above 0.52");
      Reached fresh = new Reached(0, 4, new Guard.State(6, 2, List.of()), null);
      Loop.Outcome outcome = loop.run(fresh, 9);
      assertThat(outcome.last().skipped()).isEqualTo(6);
      assertThat(outcome.last().skippedFor()).isNull();
      assertThat(outcome.reached().nextBatch()).isEqualTo(13);
      assertThat(outcome.reached().guard().inARow()).isZero();
      assertThat(outcome.reached().guard().losses()).hasSize(9);
    }
    assertThat(warnings).singleElement().asString().startsWith("step 1 was left out: the loss 1.");
  }
}
