package org.tflion.cli.search;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;
import org.tflion.discovery.program.Program;

/**
 * What a report measures on top of what the search did.
 *
 * @param scales of the larger tasks, in the order of the funnel; at least one
 * @param baseline what to beat there, or null for the first program of the search
 * @param tolerance how much less fit a simpler program may be, in units of the task
 */
public record ReportOptions(List<Integer> scales, @Nullable Program baseline, double tolerance) {

  public ReportOptions {
    scales = List.copyOf(scales);
    Require.that(
        !scales.isEmpty() && TaskChoice.SCALES.containsAll(scales),
        "--scales must be some of " + TaskChoice.SCALES,
        scales);
    Require.notNegative("--tolerance", tolerance);
  }
}
