package org.tflion.train;

import java.nio.file.Path;
import java.util.List;
import org.tflion.Require;
import org.tflion.train.checkpoint.Checkpoint;
import org.tflion.train.checkpoint.Manifest;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.config.TrainConfigs;
import org.tflion.train.data.Corpus;
import org.tflion.train.data.tokenizer.TokenizerSpec;
import org.tflion.train.loop.Loop;
import org.tflion.train.loop.LoopListener;
import org.tflion.train.metrics.StepMetrics;
import org.tflion.train.step.TrainStep;

/**
 * A run, from its config to its last checkpoint: it joins data, model, step and loop.
 *
 * <p>Close it to free the graph, its variables and the folder: one training at a time writes there.
 */
public final class Training implements AutoCloseable {

  private final TrainingSetup setup;
  private final RunDirectory run;
  private final RunLock lock;
  private final TrainStep step;
  private long done;

  private Training(TrainingSetup setup, RunDirectory run, RunLock lock, TrainStep step, long done) {
    this.setup = setup;
    this.run = run;
    this.lock = lock;
    this.step = step;
    this.done = done;
  }

  /**
   * Prepares a new run; nothing is written if a part of it is refused.
   *
   * @param folder where it goes; must not hold a run yet
   * @throws IllegalArgumentException if the data, the model or the folder is refused
   */
  public static Training start(TrainConfig config, Path folder) {
    TrainingSetup setup = TrainingSetup.of(config.absolute(), Corpus.open(config.data()));
    TrainStep step = setup.step();
    try {
      return start(setup, step, folder);
    } catch (RuntimeException e) {
      step.close();
      throw e;
    }
  }

  private static Training start(TrainingSetup setup, TrainStep step, Path folder) {
    new RunDirectory(folder).requireFree();
    RunLock lock = RunLock.take(folder);
    try {
      return new Training(setup, RunDirectory.create(folder, setup.config()), lock, step, 0);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /**
   * Prepares to go on with a run from its newest checkpoint.
   *
   * @param config the run's own config, with what may change changed
   * @throws IllegalArgumentException if the config is of another model or the data has changed
   * @throws org.tflion.train.checkpoint.CheckpointException if there is no good checkpoint
   */
  public static Training resume(TrainConfig config, Path folder) {
    RunDirectory run = RunDirectory.open(folder);
    RunLock lock = RunLock.take(folder);
    try {
      return resume(config, run, lock);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static Training resume(TrainConfig config, RunDirectory run, RunLock lock) {
    Checkpoint newest = TrainedModel.newest(run, config);
    FixedKeys.requireToResume(newest, config, run.folder());
    TrainedModel before = TrainedModel.of(newest, config);
    Corpus corpus = Corpus.open(config.data(), before.tokenizer());
    Manifest manifest = newest.manifest();
    Require.that(
        corpus.fingerprint().equals(manifest.dataFingerprint()),
        "data.path "
            + config.data().path()
            + " must hold the text that the run at "
            + run.folder()
            + " began with; start a new run in another folder",
        "changed files");
    TrainingSetup setup = TrainingSetup.of(config.absolute(), corpus);
    TrainStep step = setup.step();
    try {
      step.restore(newest.bundle());
      return new Training(setup, run, lock, step, manifest.step());
    } catch (RuntimeException e) {
      step.close();
      throw e;
    }
  }

  /** Number of updates done so far. */
  public long done() {
    return done;
  }

  /** What is trained, and on what. */
  public Summary summary() {
    return new Summary(
        setup.model().size(),
        setup.corpus().trainTokens(),
        setup.corpus().validationTokens(),
        setup.corpus().files().size());
  }

  /**
   * The size of a run.
   *
   * @param parameters numbers that are trained
   * @param trainTokens tokens to train on
   * @param validationTokens tokens to validate with
   * @param files that the tokens come from
   */
  public record Summary(long parameters, long trainTokens, long validationTokens, int files) {}

  /**
   * Trains, and saves at the end at the latest.
   *
   * @param stopAfter number of updates after which to stop, counted from the run's beginning; above
   *     {@link #done} and at most the config's steps
   * @param listener hears of progress
   * @return what is known after the last step
   */
  public StepMetrics run(long stopAfter, LoopListener listener) {
    long steps = setup.config().train().steps();
    Require.that(
        stopAfter > done && stopAfter <= steps,
        "steps must be above the "
            + done
            + " done and at most train.steps "
            + steps
            + "; use --set train.steps=N for a longer run",
        stopAfter);
    run.update(setup.config());
    run.metrics().cutAfter(done);
    try (TrainingSetup.Ahead ahead = setup.ahead()) {
      StepMetrics last =
          new Loop(setup.config().train(), step, ahead.data(), run.metrics(), this::save, listener)
              .run(done, stopAfter);
      done = last.step();
      return last;
    }
  }

  private Path save(long updates) {
    TokenizerSpec tokenizer = setup.corpus().tokenizer().spec();
    Manifest manifest =
        new Manifest(
            Manifest.FORMAT_VERSION,
            updates,
            TrainConfigs.write(setup.config()),
            tokenizer.name(),
            tokenizer.definition(),
            setup.corpus().fingerprint(),
            List.of());
    return run.checkpoints(setup.config().train().keep()).save(manifest, step::save);
  }

  @Override
  public void close() {
    try (lock) {
      step.close();
    }
  }
}
