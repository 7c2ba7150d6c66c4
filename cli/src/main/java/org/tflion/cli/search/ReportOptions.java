package org.tflion.cli.search;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;
import org.tflion.discovery.program.Program;

/**
 * What a report measures on top of what the search did.
 *
 * @param trainings of the search's own size, others than its own, that choose first
 * @param scales of the larger tasks, in the order of the funnel; at least one
 * @param baseline what to beat there, or null for the first program of the search
 * @param tolerance how much less fit a simpler program may be, in units of the task
 */
public record ReportOptions(
    int trainings, List<Integer> scales, @Nullable Program baseline, double tolerance) {

  /** More would take hours. */
  private static final int MOST_TRAININGS = 10_000;

  public ReportOptions {
    scales = List.copyOf(scales);
    requireTrainings(trainings);
    Require.that(
        !scales.isEmpty() && TaskChoice.SCALES.containsAll(scales),
        "--scales must be some of " + TaskChoice.SCALES,
        scales);
    Require.notNegative("--tolerance", tolerance);
  }

  /** Refuses a number of trainings that no measurement can have. */
  public static void requireTrainings(int trainings) {
    Require.that(
        trainings > 0 && trainings <= MOST_TRAININGS,
        "--trainings must be from 1 to " + MOST_TRAININGS,
        trainings);
  }
}
