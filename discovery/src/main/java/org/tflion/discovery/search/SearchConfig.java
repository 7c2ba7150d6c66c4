package org.tflion.discovery.search;

import org.tflion.discovery.mutate.MutationConfig;

/**
 * The settings of a search. Together with the first program and the task they decide every program
 * it tries, whatever the number of threads.
 *
 * @param population programs alive at once
 * @param tournament programs drawn, the best of which becomes a parent
 * @param restartAfter programs without a better one before the population starts again from the
 *     best
 * @param lag programs that may wait for their fitness while later ones are drawn; the parent of
 *     program {@code i} is chosen among those before {@code i - lag}
 * @param randomDepth most mutations of a program of {@link Strategy#RANDOM}
 * @param strategy where parents come from
 * @param mutation how often each mutation is tried
 * @param seed decides every random draw
 */
public record SearchConfig(
    int population,
    int tournament,
    long restartAfter,
    int lag,
    int randomDepth,
    Strategy strategy,
    MutationConfig mutation,
    long seed) {

  /**
   * The paper's population, tournament and restart; lag and depth are ours. A lag of 64 keeps six
   * evaluations in flight at the paper's cache hit rate of nine in ten.
   */
  public static final SearchConfig DEFAULT =
      new SearchConfig(1000, 2, 300_000, 64, 16, Strategy.EVOLUTION, MutationConfig.DEFAULT, 0);

  public SearchConfig {
    positive("population", population);
    positive("tournament", tournament);
    positive("restartAfter", restartAfter);
    positive("lag", lag);
    positive("randomDepth", randomDepth);
  }

  private static void positive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(
          "SearchConfig: " + name + " must be above 0 (got " + value + ")");
    }
  }

  public SearchConfig withSeed(long value) {
    return new SearchConfig(
        population, tournament, restartAfter, lag, randomDepth, strategy, mutation, value);
  }

  public SearchConfig withPopulation(int value) {
    return new SearchConfig(
        value, tournament, restartAfter, lag, randomDepth, strategy, mutation, seed);
  }

  public SearchConfig withRestartAfter(long value) {
    return new SearchConfig(
        population, tournament, value, lag, randomDepth, strategy, mutation, seed);
  }

  public SearchConfig withMutation(MutationConfig value) {
    return new SearchConfig(
        population, tournament, restartAfter, lag, randomDepth, strategy, value, seed);
  }

  public SearchConfig withStrategy(Strategy value) {
    return new SearchConfig(
        population, tournament, restartAfter, lag, randomDepth, value, mutation, seed);
  }

  /** The paper's hyperparameter-tuning baseline: evolution of constants alone. */
  public SearchConfig hyperparametersOnly() {
    return withStrategy(Strategy.EVOLUTION).withMutation(MutationConfig.CONSTANTS);
  }
}
