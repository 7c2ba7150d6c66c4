package org.tflion.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.RunMetadata;
import org.tflion.Require;
import org.tflion.train.checkpoint.Checkpoints;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.loop.Loop;
import org.tflion.train.loop.LoopConfig;
import org.tflion.train.loop.LoopListener;
import org.tflion.train.loop.Reached;
import org.tflion.train.loop.Saves;
import org.tflion.train.loop.SkippedTooOftenException;
import org.tflion.train.metrics.StepMetrics;
import org.tflion.train.step.StateTensor;
import org.tflion.train.step.Step;
import org.tflion.train.watch.RunWatch;

/**
 * A run, from its config to its last checkpoint: it joins data, model, step and loop.
 *
 * <p>Close it to free the graph, its variables and the folder: one training at a time writes there.
 */
public final class Training implements AutoCloseable {

  private TrainingSetup setup;
  private final RunDirectory run;
  private final RunLock lock;
  private Step step;
  private List<String> notes;
  private final Function<Step, List<String>> first;
  private Reached reached;

  /** Where a run begins, with what there is to say of its state. */
  private record Beginning(
      Step step, Reached reached, List<String> notes, Function<Step, List<String>> first) {}

  private Training(TrainingSetup setup, RunDirectory run, RunLock lock, Beginning beginning) {
    this.setup = setup;
    this.run = run;
    this.lock = lock;
    this.step = beginning.step();
    this.notes = List.copyOf(beginning.notes());
    this.reached = beginning.reached();
    this.first = beginning.first();
  }

  /**
   * Prepares a new run; nothing is written if a part of it is refused.
   *
   * @param folder where it goes; must not hold a run yet
   * @throws IllegalArgumentException if the data, the model or the folder is refused
   */
  public static Training start(TrainConfig config, Path folder) {
    return start(config, folder, Engine.TENSORFLOW);
  }

  /** The same on an engine. */
  public static Training start(TrainConfig config, Path folder, Engine engine) {
    TrainingSetup setup = TrainingSetup.of(config.absolute(), config.work().open(null));
    return start(setup.on(engine), folder, step -> List.of());
  }

  /**
   * Prepares a new run that begins with the weights of another; everything else starts fresh.
   *
   * @param folder where it goes; must not hold a run yet
   * @param from where the weights come from
   * @param engine that runs the steps
   * @throws IllegalArgumentException if the data, the model or the folder is refused, or a weight
   *     does not fit, naming it
   */
  public static Training start(TrainConfig config, Path folder, WeightSource from, Engine engine) {
    from.requireSameModel(config);
    TrainingSetup setup = TrainingSetup.of(config.absolute(), from.open(config));
    return start(setup.on(engine), folder, from::restore);
  }

  private static Training start(
      TrainingSetup setup, Path folder, Function<Step, List<String>> restore) {
    Step step = setup.step();
    try {
      List<String> notes = restore.apply(step);
      new RunDirectory(folder).requireFree();
      RunLock lock = RunLock.take(folder);
      try {
        RunDirectory run = RunDirectory.create(folder, setup.config());
        return new Training(setup, run, lock, new Beginning(step, Reached.NOTHING, notes, restore));
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
    return resume(config, folder, Transfer.ALL, false, Engine.TENSORFLOW);
  }

  /**
   * The same with a part of the checkpoint, or past the data that stopped the run.
   *
   * @param transfer what is taken over; without the slots, the optimizer may be another
   * @param rewind whether to leave out the data from the checkpoint up to where the run gave up
   * @param engine that runs the steps, which may be another than before
   */
  public static Training resume(
      TrainConfig config, Path folder, Transfer transfer, boolean rewind, Engine engine) {
    RunDirectory run = RunDirectory.open(folder);
    RunLock lock = RunLock.take(folder);
    try {
      Checkpoints.Found found = TrainedModel.newest(run);
      FixedKeys.requireToResume(found.checkpoint(), config, folder, transfer);
      Reached before = Provenance.reached(found.checkpoint().manifest());
      Reached reached = rewind ? run.rewound(before) : before;
      TrainingSetup setup =
          TrainingSetup.of(config.absolute(), TrainedModel.of(found, config).dataset()).on(engine);
      Step step = setup.step();
      try {
        List<String> notes = restore(step, found, transfer);
        return new Training(
            setup, run, lock, new Beginning(step, reached, notes, fresh -> List.of()));
      } catch (RuntimeException e) {
        step.close();
        throw e;
      }
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static List<String> restore(Step step, Checkpoints.Found found, Transfer transfer) {
    Transfer.Plan plan = transfer.plan(found.checkpoint(), step.tensors());
    step.restore(found.checkpoint().bundle(), plan.sources());
    List<String> notes = new ArrayList<>(found.warnings());
    notes.addAll(plan.notes());
    return notes;
  }

  /** What the user must hear of how it begins, a sentence each. */
  public List<String> notes() {
    return notes;
  }

  /** Number of steps done so far. */
  public long done() {
    return reached.step();
  }

  /** What is trained, and on what. */
  public Summary summary() {
    return new Summary(
        setup.model().size(),
        setup.dataset().size(),
        setup.dataset().baseline(),
        setup.dataset().files().size());
  }

  /**
   * Trains, and saves at the end at the latest.
   *
   * @param stopAfter number of updates after which to stop, counted from the run's beginning; above
   *     {@link #done} and at most the config's steps
   * @param listener hears of progress
   * @return what is known after the last step
   * @throws SkippedTooOftenException if too many updates in a row were left out; the run's folder
   *     then has a dump
   * @throws org.tflion.train.shard.LostWorkerException if a worker was lost and stays away
   */
  public StepMetrics run(long stopAfter, LoopListener listener) {
    long steps = setup.config().train().steps();
    Require.that(
        stopAfter > done() && stopAfter <= steps,
        "steps must be above the "
            + done()
            + " done and at most train.steps "
            + steps
            + "; use --set train.steps=N for a longer run",
        stopAfter);
    Recovery recovery = new Recovery(listener);
    boolean lost = false;
    while (true) {
      try {
        if (lost) {
          goBack();
        }
        return steps(stopAfter, listener);
      } catch (RuntimeException e) {
        setup = setup.with(recovery.after(e, setup.config(), run.checkpoints()));
        lost = true;
      }
    }
  }

  /** Builds the step anew and fills it from the newest checkpoint, or as the run began. */
  private void goBack() {
    step.close();
    step = setup.step();
    Optional<Checkpoints.Found> found = run.checkpoints().newest();
    if (found.isPresent()) {
      restore(step, found.get(), Transfer.ALL);
      reached = Provenance.reached(found.get().checkpoint().manifest());
    } else {
      notes = first.apply(step);
      reached = Reached.NOTHING;
    }
  }

  private StepMetrics steps(long stopAfter, LoopListener listener) {
    TrainConfig config = setup.config();
    run.update(config);
    run.metrics().cutAfter(done());
    try (TrainingSetup.Ahead ahead = setup.ahead();
        RunWatch watch = RunWatch.open(run.folder(), config.train().logEvery(), done(), listener);
        RunSaver saver = new RunSaver(config.train(), parts(), watch.listener(), done())) {
      return loop(ahead, saver, watch, stopAfter);
    } catch (SkippedTooOftenException e) {
      dump(e, listener);
      throw e;
    }
  }

  /**
   * Trains to the end and keeps nothing but metrics: to measure, not to learn.
   *
   * @return what is known after the last step
   */
  public StepMetrics measure(LoopListener listener) {
    LoopConfig rules = setup.config().train();
    try (TrainingSetup.Ahead ahead = setup.ahead();
        RunWatch watch = RunWatch.open(run.folder(), rules.logEvery(), done(), listener)) {
      return loop(ahead, Saves.NONE, watch, rules.steps());
    }
  }

  private StepMetrics loop(TrainingSetup.Ahead ahead, Saves saves, RunWatch watch, long to) {
    Loop.Config rules = new Loop.Config(setup.config().train(), setup.config().guard());
    Loop loop = new Loop(rules, step, ahead.data(), run.metrics(), saves, watch.listener());
    Loop.Outcome outcome = loop.run(reached, to);
    reached = outcome.reached();
    return outcome.last();
  }

  /** Bytes of the optimizer's state. */
  public long slotBytes() {
    return step.tensors().stream()
        .filter(tensor -> tensor.slot().isPresent())
        .mapToLong(StateTensor::bytes)
        .sum();
  }

  /** As {@link Step#trace}. */
  public void trace(@Nullable Consumer<RunMetadata> consumer) {
    step.trace(consumer);
  }

  private void dump(SkippedTooOftenException e, LoopListener listener) {
    try {
      listener.onWarning("what is known of it is in " + run.dump(e));
    } catch (IOException io) {
      listener.onWarning("what is known of it could not be written (" + io + ")");
    }
  }

  private RunSaver.Parts parts() {
    return new RunSaver.Parts(
        step,
        run.metrics(),
        run.writer(setup.config().train()),
        new Provenance(setup.config(), setup.dataset(), step.tensors()),
        new DataWatch(setup.config(), setup.dataset()));
  }

  @Override
  public void close() {
    try (lock) {
      step.close();
    }
  }
}
