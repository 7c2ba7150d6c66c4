package org.tflion.train.loop;

import java.io.UncheckedIOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.tflion.train.data.Batches;
import org.tflion.train.metrics.MetricsLog;
import org.tflion.train.metrics.StepMetrics;
import org.tflion.train.step.Evaluation;
import org.tflion.train.step.Step;

/**
 * Step, evaluate, log and save until done.
 *
 * @param config how often to do what
 * @param step what trains
 * @param data where batches come from
 * @param log where metrics go
 * @param saves keeps what is reached
 * @param listener hears of progress
 */
public record Loop(
    Config config, Step step, Data data, MetricsLog log, Saves saves, LoopListener listener) {

  /** How often to do what, and which updates to leave out. */
  public record Config(LoopConfig train, GuardConfig guard) {}

  /** Batches to train on and to validate with. */
  public record Data(Batches train, Batches validation) {}

  /** What is known after a last step, and where the run is. */
  public record Outcome(StepMetrics last, Reached reached) {}

  /**
   * Trains.
   *
   * @param from where the run is
   * @param to number of steps to stop after; above that of {@code from}
   * @return where it is after the last step, which comes before {@code to} if the listener stops
   * @throws SkippedTooOftenException if too many updates in a row were left out; nothing is saved
   *     since the first of them
   * @throws ArithmeticException if a validation loss is no finite number
   */
  public Outcome run(Reached from, long to) {
    LoopConfig train = config.train();
    Pace pace = new Pace(train.batch(), data.train());
    SaveTimes times = new SaveTimes(train, System::nanoTime);
    Skipping skipping = new Skipping(config.guard(), step, from.guard(), listener);
    @Nullable Outcome outcome = null;
    boolean stops = false;
    for (long done = from.step() + 1; done <= to && !stops; done++) {
      long number = from.batch(done);
      Step.Report report = skipping.run(done, number, data.train().at(number));
      pace.step();
      saves.check();
      boolean evaluates = done == to || every(train.evalEvery(), done);
      @Nullable Evaluation evaluation = evaluates ? validate(done) : null;
      @Nullable Double valLoss = evaluation == null ? null : (Double) evaluation.loss().value();
      StepMetrics own = pace.metrics(done, report, evaluation, skipping);
      StepMetrics last = own.with(listener.deviceMetrics(own));
      listener.onStep(last);
      stops = listener.stops();
      boolean reports = last.skippedFor() != null || every(train.logEvery(), done);
      if (evaluates || stops || reports || done == from.step() + 1) {
        append(last);
        pace.restart();
      }
      Reached reached = new Reached(done, number + 1, skipping.state(), valLoss);
      outcome = new Outcome(last, reached);
      boolean wanted = valLoss != null && saves.wants(valLoss);
      if (done == to || stops || wanted || times.due(done)) {
        long began = System.nanoTime();
        saves.save(reached);
        times.saved();
        pace.saved(System.nanoTime() - began);
      }
    }
    saves.finish();
    return Objects.requireNonNull(outcome, "a run has at least one step");
  }

  private void append(StepMetrics metrics) {
    try {
      log.append(metrics);
    } catch (UncheckedIOException e) {
      if (config.train().stopsOnFailedSave()) {
        throw e;
      }
      listener.onWarning(
          "the metrics of step "
              + metrics.step()
              + " could not be written ("
              + e.getMessage()
              + ")");
    }
  }

  private Evaluation validate(long done) {
    Validation validation = new Validation(data.validation(), config.train().evalBatches());
    Evaluation evaluation = validation.mean(step::evaluate, listener);
    requireFinite("validation loss", evaluation.loss().value(), done);
    return evaluation;
  }

  private static boolean every(int interval, long done) {
    return interval > 0 && done % interval == 0;
  }

  /** A validation loss that is no number means weights that are none either. */
  private static void requireFinite(String what, double value, long done) {
    if (!Double.isFinite(value)) {
      throw new ArithmeticException(
          "Training: the "
              + what
              + " must stay finite (got "
              + value
              + " at step "
              + done
              + "); lower optimizer.learning_rate or lengthen schedule.warmup");
    }
  }
}
