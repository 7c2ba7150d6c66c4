package org.tflion.train.loop;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tflion.train.data.Batch;
import org.tflion.train.metrics.SkippedUpdate;
import org.tflion.train.step.Step;

/** Runs steps, leaves out updates that would do harm, and says so. */
final class Skipping {

  private final Guard guard;
  private final Step step;
  private final LoopListener listener;

  /** Those left out in a row, up to the last step. */
  private final List<SkippedUpdate> skips = new ArrayList<>();

  Skipping(GuardConfig config, Step step, Guard.State before, LoopListener listener) {
    this.guard = new Guard(config, before);
    this.step = step;
    this.listener = listener;
  }

  /**
   * Trains on one batch.
   *
   * @param number of the batch
   * @throws SkippedTooOftenException if its update and too many before it were left out
   */
  Step.Report run(long done, long number, Batch batch) {
    double limit = guard.limit();
    Step.Report report = step.run(batch, limit);
    if (report.updated()) {
      guard.accept(report.loss());
      skips.clear();
      return report;
    }
    guard.skip();
    String reason = reason(report, limit, batch);
    skips.add(new SkippedUpdate(done, number, report.loss(), report.gradientNorm(), limit, reason));
    listener.onWarning("step " + done + " was left out: " + reason);
    if (guard.gaveUp()) {
      Guard.State state = guard.state();
      throw new SkippedTooOftenException(state.inARow(), skips, state);
    }
    return report;
  }

  private String reason(Step.Report report, double limit, Batch batch) {
    return step.firstNotFinite(batch)
        .map(name -> name.equals("loss") ? "the loss is " + report.loss() : gradient(name))
        .orElseGet(() -> "the loss " + report.loss() + " is above " + limit);
  }

  private static String gradient(String name) {
    return "the gradient of " + name + " is not finite";
  }

  /** Updates left out so far. */
  long skipped() {
    return guard.state().skipped();
  }

  /** Why the last update was left out, or null if it was made. */
  @Nullable String reason() {
    return skips.isEmpty() ? null : skips.get(skips.size() - 1).reason();
  }

  Guard.State state() {
    return guard.state();
  }
}
