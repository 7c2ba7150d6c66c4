package org.tflion.discovery.search;

/**
 * How far a search is.
 *
 * @param programs that have joined the population
 * @param evaluations of the task among them
 * @param restarts of the population from the best program
 * @param redundantShare mean share of redundant statements in the population, in [0, 1]
 * @param first the program the search started from
 * @param best the best program so far
 */
public record SearchProgress(
    long programs,
    long evaluations,
    long restarts,
    double redundantShare,
    Candidate first,
    Candidate best) {

  /** The share of programs whose fitness was already known, in [0, 1]. */
  public double cacheHitRate() {
    return programs == 0 ? 0 : 1 - (double) evaluations / programs;
  }
}
