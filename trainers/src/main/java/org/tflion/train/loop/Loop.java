package org.tflion.train.loop;

import java.io.UncheckedIOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.tflion.train.data.Batches;
import org.tflion.train.metrics.MetricsLog;
import org.tflion.train.metrics.StepMetrics;
import org.tflion.train.step.TrainStep;

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
    LoopConfig config,
    TrainStep step,
    Data data,
    MetricsLog log,
    Saves saves,
    LoopListener listener) {

  /** Batches to train on and to validate with. */
  public record Data(Batches train, Batches validation) {}

  /**
   * Trains.
   *
   * @param from number of updates done before
   * @param to number of updates to stop after; above {@code from}
   * @return what is known after the last step, which comes before {@code to} if the listener stops
   * @throws ArithmeticException if a loss or the gradient norm stops being a finite number; nothing
   *     is logged or saved of that step
   */
  public StepMetrics run(long from, long to) {
    Pace pace = new Pace(config.batch(), data.train().context());
    SaveTimes times = new SaveTimes(config, System::nanoTime);
    @Nullable StepMetrics last = null;
    boolean stops = false;
    for (long done = from + 1; done <= to && !stops; done++) {
      TrainStep.Report report = step.run(data.train().at(done - 1));
      requireFinite("loss", report.loss(), done);
      requireFinite("gradient norm", report.gradientNorm(), done);
      pace.step();
      saves.check();
      @Nullable Double valLoss =
          done == to || every(config.evalEvery(), done) ? validate(done) : null;
      last = pace.metrics(done, report, valLoss);
      listener.onStep(last);
      stops = listener.stops();
      if (valLoss != null || stops || done == from + 1 || every(config.logEvery(), done)) {
        append(last);
        pace.restart();
      }
      boolean wanted = valLoss != null && saves.wants(valLoss);
      if (done == to || stops || wanted || times.due(done)) {
        long began = System.nanoTime();
        saves.save(done, valLoss);
        times.saved();
        pace.saved(System.nanoTime() - began);
      }
    }
    saves.finish();
    return Objects.requireNonNull(last, "a run has at least one step");
  }

  private void append(StepMetrics metrics) {
    try {
      log.append(metrics);
    } catch (UncheckedIOException e) {
      if (config.stopsOnFailedSave()) {
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

  private double validate(long done) {
    Validation validation = new Validation(data.validation(), config.evalBatches());
    double loss = validation.mean(step::evaluate, listener);
    requireFinite("validation loss", loss, done);
    return loss;
  }

  private static boolean every(int interval, long done) {
    return interval > 0 && done % interval == 0;
  }

  /** A gradient or a validation loss that is no number means weights that are none either. */
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
