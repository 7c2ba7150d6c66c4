package org.tflion.train;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tflion.train.checkpoint.CheckpointException;
import org.tflion.train.checkpoint.CheckpointWriter;
import org.tflion.train.checkpoint.Checkpoints;
import org.tflion.train.checkpoint.Disk;
import org.tflion.train.checkpoint.Retention;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.loop.Guard;
import org.tflion.train.loop.LoopListener;
import org.tflion.train.loop.Reached;
import org.tflion.train.metrics.MetricsLog;
import org.tflion.train.step.Step;
import org.tflion.train.step.TrainStep;

/** Saves beside the steps: they hold what the step was, and their failures are found out. */
@Timeout(120)
class RunSaverTest {

  @TempDir private Path folder;
  private TinyRun tiny;
  private TrainingSetup setup;
  private TrainStep step;
  private final List<String> heard = new ArrayList<>();

  /** What the disk does before each of its changes. */
  private final AtomicReference<Disk.Watch> watch = new AtomicReference<>((change, path) -> {});

  @BeforeEach
  void build() throws IOException {
    tiny = TinyRun.in(folder);
    TrainConfig config = config();
    setup = TrainingSetup.of(config, config.work().open(null));
    step = (TrainStep) setup.step();
    Files.createDirectory(folder.resolve("checkpoints"));
  }

  @AfterEach
  void close() {
    step.close();
  }

  private TrainConfig config(String... more) {
    return tiny.config(
        Stream.concat(Stream.of("optimizer.jit=off"), Arrays.stream(more)).toArray(String[]::new));
  }

  private RunSaver saver(String... settings) {
    return saver(config(settings), step);
  }

  private RunSaver saver(TrainConfig config, Step step) {
    Disk disk = new Disk((change, path) -> requireNonNull(watch.get()).before(change, path));
    RunSaver.Parts parts =
        new RunSaver.Parts(
            step,
            new MetricsLog(folder.resolve("metrics.jsonl")),
            new CheckpointWriter(checkpoints(), Retention.latest(3), disk),
            new Provenance(config, setup.dataset(), step.tensors()),
            new DataWatch(config, setup.dataset()));
    LoopListener listener =
        new LoopListener() {
          @Override
          public void onCheckpoint(long done, Path saved) {
            heard.add("saved " + saved.getFileName());
          }

          @Override
          public void onWarning(String sentence) {
            heard.add(sentence);
          }
        };
    return new RunSaver(config.train(), parts, listener, 0);
  }

  private static Reached at(long done, @Nullable Double valLoss) {
    return new Reached(done, done + 5, new Guard.State(3, 1, List.of(2.5, 0.1)), valLoss);
  }

  private Checkpoints checkpoints() {
    return new Checkpoints(folder.resolve("checkpoints"));
  }

  private void train(int updates) {
    for (int i = 0; i < updates; i++) {
      step.run(setup.data().train().at(i));
    }
  }

  private byte[] bundle(Path prefix) throws IOException {
    return Files.readAllBytes(Path.of(prefix + ".data-00000-of-00001"));
  }

  /** The steps go on while the save is held up: what is written must be the state before them. */
  @Test
  void writesTheStateOfItsStepWhileOthersFollow() throws Exception {
    train(3);
    step.save(folder.resolve("expected"));
    CountDownLatch go = new CountDownLatch(1);
    watch.set((change, path) -> await(go));
    try (RunSaver saver = saver()) {
      saver.save(at(3, null));
      train(5);
      saver.check();
      assertThat(heard).isEmpty();
      step.save(folder.resolve("later"));
      go.countDown();
      saver.finish();
    }
    assertThat(heard).containsExactly("saved step-3");
    Path saved = checkpoints().newest().orElseThrow().checkpoint().bundle();
    assertThat(bundle(saved)).isEqualTo(bundle(folder.resolve("expected")));
    assertThat(bundle(saved)).isNotEqualTo(bundle(folder.resolve("later")));
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private void failFromNowOn() {
    watch.set(
        (change, path) -> {
          throw new IOException("No space left on device");
        });
  }

  @Test
  void aFailureSurfacesAtANextStep() {
    failFromNowOn();
    try (RunSaver saver = saver()) {
      saver.save(at(1, null));
      assertThatThrownBy(
              () -> {
                while (true) {
                  saver.check();
                }
              })
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("step-1 could not be written (IOException: No space left");
      assertThatThrownBy(saver::finish).isInstanceOf(CheckpointException.class);
    }
    assertThat(checkpoints().isEmpty()).isTrue();
  }

  @Test
  void aFailureSurfacesAtTheEnd() {
    failFromNowOn();
    try (RunSaver saver = saver()) {
      saver.save(at(1, null));
      assertThatThrownBy(saver::finish).isInstanceOf(CheckpointException.class);
    }
  }

  @Test
  void goesOnAfterAFailureIfToldSo() {
    failFromNowOn();
    try (RunSaver saver = saver("train.on_failed_save=continue")) {
      saver.save(at(1, null));
      saver.save(at(2, null));
      assertThat(heard).singleElement().asString().contains("step-1 could not be written");
      while (heard.size() < 2) {
        saver.check();
      }
      watch.set((change, path) -> {});
      saver.save(at(3, null));
      saver.finish();
      assertThat(heard)
          .hasSize(3)
          .satisfies(all -> assertThat(all.get(1)).contains("step-2 could not be written"))
          .last()
          .isEqualTo("saved step-3");
    }
  }

  @Test
  void theLastSaveMustSucceedWhateverItIsTold() {
    try (RunSaver saver = saver("train.on_failed_save=continue")) {
      saver.save(at(1, null));
      saver.finish();
      failFromNowOn();
      saver.save(at(2, null));
      assertThatThrownBy(saver::finish)
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("step-2 could not be written");
    }
    assertThat(heard).first().isEqualTo("saved step-1");
    assertThat(checkpoints().newest().orElseThrow().checkpoint().manifest().step()).isEqualTo(1);
  }

  @Test
  void aFailureThatNobodyAskedForIsAWarning() {
    failFromNowOn();
    try (RunSaver saver = saver()) {
      saver.save(at(1, null));
    }
    assertThat(heard).singleElement().asString().contains("step-1 could not be written");
  }

  @Test
  void neverSavesWhatIsNoNumber() {
    train(2);
    try (RunSaver saver = saver()) {
      saver.save(at(2, null));
      saver.finish();
      TrainConfig infinite = config("optimizer.learning_rate=1e39", "schedule.warmup=0");
      try (Step broken = TrainingSetup.of(infinite, setup.dataset()).step();
          RunSaver second = saver(infinite, broken)) {
        broken.run(setup.data().train().at(0));
        second.save(at(3, null));
        assertThatThrownBy(second::finish)
            .isInstanceOf(CheckpointException.class)
            .hasMessageContaining("weights/")
            .hasMessageContaining(" at step 3 must be finite to be saved");
      }
    }
    assertThat(checkpoints().newest().orElseThrow().checkpoint().manifest().step()).isEqualTo(2);
  }

  @Test
  void savesAtOnceIfToldSo() {
    try (RunSaver saver = saver("train.async_save=false")) {
      saver.save(at(1, null));
      assertThat(heard).containsExactly("saved step-1");
    }
  }

  @Test
  void wantsWhatIsBetterThanAllBefore() {
    try (RunSaver saver = saver("train.keep_best=true")) {
      assertThat(saver.wants(3)).isTrue();
      saver.save(at(1, 3.0));
      saver.finish();
      assertThat(saver.wants(3)).isFalse();
      assertThat(saver.wants(2.9)).isTrue();
    }
    try (RunSaver saver = saver("train.keep_best=false")) {
      assertThat(saver.wants(0)).isFalse();
    }
  }

  @Test
  void theManifestTellsWhereItCameFrom() {
    train(2);
    try (RunSaver saver = saver()) {
      saver.save(at(2, 4.5));
      saver.finish();
    }
    var manifest = checkpoints().newest().orElseThrow().checkpoint().manifest();
    assertThat(manifest.codeVersion()).isEqualTo(Version.CURRENT);
    assertThat(manifest.data().fingerprint()).isEqualTo(setup.dataset().fingerprint());
    assertThat(manifest.data().seed()).isEqualTo(1);
    assertThat(manifest.data().nextBatch()).isEqualTo(7);
    assertThat(manifest.random()).extracting("seed", "step").containsExactly(1L, 2L);
    assertThat(Provenance.reached(manifest)).isEqualTo(at(2, 4.5));
    assertThat(manifest.optimizer().name()).isEqualTo("lion");
    assertThat(manifest.optimizer().slots()).containsExactly("momentum");
    assertThat(manifest.schedule()).isEqualTo("cosine, warmup 5, end 0.1, of 40 updates");
    assertThat(manifest.valLoss()).isEqualTo(4.5);
    assertThat(manifest.tensors())
        .hasSameSizeAs(step.tensors())
        .anySatisfy(tensor -> assertThat(tensor.shape()).isEqualTo(List.of(256L, 16L)));
  }
}
