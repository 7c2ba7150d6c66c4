package org.tflion.discovery.search;

import java.time.Duration;

/**
 * When a search stops: at whichever limit comes first.
 *
 * <p>Baselines are compared at equal {@code evaluations}, which are what costs time.
 *
 * @param programs drawn, with or without a known fitness
 * @param evaluations of the task
 * @param time since the search was started or resumed; the only limit that is not reproducible
 */
public record Budget(long programs, long evaluations, Duration time) {

  private static final Duration FOREVER = Duration.ofDays(36_500);

  public Budget {
    if (programs <= 0 || evaluations <= 0 || time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException(
          "Budget: every limit must be above 0 (got "
              + programs
              + " programs, "
              + evaluations
              + " evaluations, "
              + time
              + ")");
    }
  }

  public static Budget ofPrograms(long programs) {
    return new Budget(programs, Long.MAX_VALUE, FOREVER);
  }

  public static Budget ofEvaluations(long evaluations) {
    return new Budget(Long.MAX_VALUE, evaluations, FOREVER);
  }

  public static Budget ofTime(Duration time) {
    return new Budget(Long.MAX_VALUE, Long.MAX_VALUE, time);
  }
}
