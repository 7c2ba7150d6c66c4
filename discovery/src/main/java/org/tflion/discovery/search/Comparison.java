package org.tflion.discovery.search;

import java.util.ArrayList;
import java.util.List;

/**
 * Evolution and its two baselines, over several seeds, at the same number of evaluations.
 *
 * @param evolution one search from each seed
 * @param tuning evolution of constants alone, from each seed
 * @param random random search, from each seed
 * @see <a href="https://arxiv.org/abs/2302.06675">Chen et al., 2023, section 2.2, Figure 2</a>
 */
public record Comparison(
    List<SearchProgress> evolution, List<SearchProgress> tuning, List<SearchProgress> random) {

  public Comparison {
    evolution = List.copyOf(evolution);
    tuning = List.copyOf(tuning);
    random = List.copyOf(random);
  }

  /**
   * The mean best fitness of some searches, and how sure it is.
   *
   * @param mean of the best fitness
   * @param standardError of that mean; NaN for a single search
   */
  public record Summary(double mean, double standardError) {

    /** Summarises searches. */
    public static Summary of(List<SearchProgress> searches) {
      double[] best = searches.stream().mapToDouble(s -> s.best().fitness()).toArray();
      double mean = 0;
      for (double fitness : best) {
        mean += fitness / best.length;
      }
      double squares = 0;
      for (double fitness : best) {
        squares += (fitness - mean) * (fitness - mean);
      }
      return new Summary(mean, Math.sqrt(squares / (best.length - 1.0) / best.length));
    }
  }

  /**
   * Runs all searches, one after the other.
   *
   * @param search what to compare; its seed is the first, the others follow it; its log is not used
   * @param seeds how many
   * @param evaluations for each search
   * @param threads that measure fitness
   */
  public static Comparison run(Search search, int seeds, long evaluations, int threads) {
    Search unlogged = search.withLog(SearchLog.none());
    SearchConfig config = search.config();
    List<List<SearchProgress>> results = new ArrayList<>();
    for (SearchConfig kind :
        List.of(config, config.hyperparametersOnly(), config.withStrategy(Strategy.RANDOM))) {
      List<SearchProgress> ends = new ArrayList<>();
      for (int i = 0; i < seeds; i++) {
        Search seeded = unlogged.withConfig(kind.withSeed(config.seed() + i));
        ends.add(seeded.run(Budget.ofEvaluations(evaluations), threads));
      }
      results.add(ends);
    }
    return new Comparison(results.get(0), results.get(1), results.get(2));
  }
}
