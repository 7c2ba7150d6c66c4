package org.tflion.discovery.funnel;

import java.util.List;

/**
 * What one task of a funnel decided.
 *
 * @param task its name
 * @param baseline the fitness to beat
 * @param entrants all programs that reached this stage, the fittest first
 */
public record Stage(String task, double baseline, List<Scored> entrants) {

  public Stage {
    entrants = List.copyOf(entrants);
  }

  /** The programs that beat the baseline, the fittest first. */
  public List<Scored> survivors() {
    return entrants.stream().filter(scored -> scored.fitness() > baseline).toList();
  }
}
