package org.tflion.train.loop;

import java.util.List;
import org.tflion.train.metrics.SkippedUpdate;

/** A run has left out so many updates in a row that it gives up. */
public final class SkippedTooOftenException extends ArithmeticException {

  private static final long serialVersionUID = 1;

  private final transient List<SkippedUpdate> skips;
  private final transient Guard.State guard;

  SkippedTooOftenException(int inARow, List<SkippedUpdate> skips, Guard.State guard) {
    super(sentence(inARow, skips.get(skips.size() - 1)));
    this.skips = List.copyOf(skips);
    this.guard = guard;
  }

  private static String sentence(int inARow, SkippedUpdate last) {
    return ("Training: %d updates in a row were left out, as many as guard.max_skipped allows (the last at"
            + " step %d: %s); lower optimizer.learning_rate, or go on past this data with --resume --rewind")
        .formatted(inARow, last.step(), last.reason());
  }

  /** The updates, the oldest first. */
  public List<SkippedUpdate> skips() {
    return skips;
  }

  /** What was known before them. */
  public Guard.State guard() {
    return guard;
  }
}
