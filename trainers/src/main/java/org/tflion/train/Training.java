package org.tflion.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.tflion.Require;
import org.tflion.train.checkpoint.Checkpoint;
import org.tflion.train.checkpoint.Checkpoints;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.data.Corpus;
import org.tflion.train.loop.Loop;
import org.tflion.train.loop.LoopConfig;
import org.tflion.train.loop.LoopListener;
import org.tflion.train.metrics.StepMetrics;
import org.tflion.train.step.TrainStep;
import org.tflion.train.watch.RunWatch;

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
  private final List<String> notes;
  private long done;

  /** Where a run begins: after so many updates, with what there is to say of its state. */
  private record Beginning(TrainStep step, long done, List<String> notes) {}

  private Training(TrainingSetup setup, RunDirectory run, RunLock lock, Beginning beginning) {
    this.setup = setup;
    this.run = run;
    this.lock = lock;
    this.step = beginning.step();
    this.notes = List.copyOf(beginning.notes());
    this.done = beginning.done();
  }

  /**
   * Prepares a new run; nothing is written if a part of it is refused.
   *
   * @param folder where it goes; must not hold a run yet
   * @throws IllegalArgumentException if the data, the model or the folder is refused
   */
  public static Training start(TrainConfig config, Path folder) {
    TrainingSetup setup = TrainingSetup.of(config.absolute(), Corpus.open(config.data()));
    return start(setup, folder, step -> List.of());
  }

  /**
   * Prepares a new run that begins with the weights of another; everything else starts fresh.
   *
   * @param folder where it goes; must not hold a run yet
   * @param from where the weights come from
   * @throws IllegalArgumentException if the data, the model or the folder is refused, or a weight
   *     does not fit, naming it
   */
  public static Training start(TrainConfig config, Path folder, WeightSource from) {
    from.requireSameModel(config);
    TrainingSetup setup = TrainingSetup.of(config.absolute(), from.open(config.data()));
    return start(setup, folder, from::restore);
  }

  private static Training start(
      TrainingSetup setup, Path folder, Function<TrainStep, List<String>> restore) {
    TrainStep step = setup.step();
    try {
      List<String> notes = restore.apply(step);
      new RunDirectory(folder).requireFree();
      RunLock lock = RunLock.take(folder);
      try {
        RunDirectory run = RunDirectory.create(folder, setup.config());
        return new Training(setup, run, lock, new Beginning(step, 0, notes));
      } catch (RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (RuntimeException e) {
      step.close();
      throw e;
    }
  }

  /**
   * Prepares to go on with a run from its newest good checkpoint.
   *
   * @param config the run's own config, with what may change changed
   * @throws IllegalArgumentException if the config is of another model or the data has changed
   * @throws org.tflion.train.checkpoint.CheckpointException if there is no good checkpoint
   */
  public static Training resume(TrainConfig config, Path folder) {
    return resume(config, folder, Transfer.ALL);
  }

  /**
   * The same with a part of the checkpoint.
   *
   * @param transfer what is taken over; without the slots, the optimizer may be another
   */
  public static Training resume(TrainConfig config, Path folder, Transfer transfer) {
    RunDirectory run = RunDirectory.open(folder);
    RunLock lock = RunLock.take(folder);
    try {
      return resume(config, run, lock, transfer);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static Training resume(
      TrainConfig config, RunDirectory run, RunLock lock, Transfer transfer) {
    Checkpoints.Found found = TrainedModel.newest(run);
    Checkpoint newest = found.checkpoint();
    FixedKeys.requireToResume(newest, config, run.folder(), transfer);
    Corpus corpus = TrainedModel.of(found, config).corpus();
    TrainingSetup setup = TrainingSetup.of(config.absolute(), corpus);
    TrainStep step = setup.step();
    try {
      Transfer.Plan plan = transfer.plan(newest, step.tensors());
      step.restore(newest.bundle(), plan.names());
      List<String> notes = new ArrayList<>(found.warnings());
      notes.addAll(plan.notes());
      return new Training(setup, run, lock, new Beginning(step, newest.manifest().step(), notes));
    } catch (RuntimeException e) {
      step.close();
      throw e;
    }
  }

  /** What the user must hear of how it begins, a sentence each. */
  public List<String> notes() {
    return notes;
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
    LoopConfig train = setup.config().train();
    try (TrainingSetup.Ahead ahead = setup.ahead();
        RunWatch watch = RunWatch.open(run.folder(), train.logEvery(), done, listener);
        RunSaver saver = new RunSaver(train, parts(), watch.listener(), done)) {
      Loop loop = new Loop(train, step, ahead.data(), run.metrics(), saver, watch.listener());
      StepMetrics last = loop.run(done, stopAfter);
      done = last.step();
      return last;
    }
  }

  private RunSaver.Parts parts() {
    return new RunSaver.Parts(
        step,
        run.metrics(),
        run.writer(setup.config().train()),
        new Provenance(setup.config(), setup.corpus(), step.tensors()));
  }

  @Override
  public void close() {
    try (lock) {
      step.close();
    }
  }
}
