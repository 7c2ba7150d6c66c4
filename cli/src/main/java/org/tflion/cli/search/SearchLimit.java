package org.tflion.cli.search;

import org.jspecify.annotations.Nullable;
import org.tflion.Require;

/**
 * When a search ends, counted from its very beginning.
 *
 * @param seconds of work
 * @param evaluations of the task
 */
public record SearchLimit(double seconds, long evaluations) {

  private static final double DEFAULT_MINUTES = 2;
  private static final double LONGEST_MINUTES = 1e6;

  /** What the options say; without any, the default time. */
  public static SearchLimit of(@Nullable Double minutes, @Nullable Long evaluations) {
    double fallback = evaluations == null ? DEFAULT_MINUTES : LONGEST_MINUTES;
    double time = minutes == null ? fallback : minutes;
    long count = evaluations == null ? Long.MAX_VALUE : evaluations;
    Require.that(
        time > 0 && time <= LONGEST_MINUTES, "--minutes must be above 0 and at most 1e6", time);
    Require.that(count > 0, "--evaluations must be above 0", count);
    return new SearchLimit(60 * time, count);
  }

  /** How much of it is spent, in [0, 1]. */
  public double share(double spent, long evaluated) {
    return Math.min(1, Math.max(spent / seconds, (double) evaluated / evaluations));
  }
}
