package org.tflion.cli.search;

import org.jspecify.annotations.Nullable;
import org.tflion.discovery.search.SearchProgress;

/**
 * How far a search was at one moment, as a line of the file {@value SearchFolder#PROGRESS}.
 *
 * @param programs that had joined the population
 * @param evaluations among them
 * @param restarts of the population
 * @param bestFitness so far, or null while no program trains
 * @param cacheHitRate share of programs whose fitness was known, in [0, 1]
 * @param redundantShare mean share of redundant statements in the population, in [0, 1]
 * @param seconds of work until then, interruptions left out
 */
public record ProgressPoint(
    long programs,
    long evaluations,
    long restarts,
    @Nullable Double bestFitness,
    double cacheHitRate,
    double redundantShare,
    double seconds) {

  static ProgressPoint of(SearchProgress progress, double seconds) {
    double best = progress.best().fitness();
    return new ProgressPoint(
        progress.programs(),
        progress.evaluations(),
        progress.restarts(),
        Double.isFinite(best) ? best : null,
        progress.cacheHitRate(),
        progress.redundantShare(),
        seconds);
  }
}
