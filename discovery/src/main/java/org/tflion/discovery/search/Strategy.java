package org.tflion.discovery.search;

/** Where the parent of the next program comes from. */
public enum Strategy {
  /** Regularised evolution: the winner of a tournament, mutated once. */
  EVOLUTION,
  /**
   * Random search: the first program, mutated as often as a uniform draw up to {@link
   * SearchConfig#randomDepth()} says. A baseline.
   */
  RANDOM
}
