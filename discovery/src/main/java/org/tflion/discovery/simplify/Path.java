package org.tflion.discovery.simplify;

import java.util.List;
import java.util.Locale;

/**
 * How a program became simple.
 *
 * @param steps the program as it was found, then each accepted change
 */
public record Path(List<Step> steps) {

  public Path {
    steps = List.copyOf(steps);
    if (steps.isEmpty()) {
      throw new IllegalArgumentException("Path: there must be a first program (got none)");
    }
  }

  /** The last and simplest program. */
  public Step last() {
    return steps.get(steps.size() - 1);
  }

  /** The report: each change with length and fitness, then the program it led to. */
  @Override
  public String toString() {
    var report = new StringBuilder();
    for (Step step : steps) {
      report.append(
          String.format(
              Locale.ROOT,
              "%s: %d statements, fitness %.6g\n%s\n",
              step.change(),
              step.program().size(),
              step.fitness(),
              step.program()));
    }
    return report.toString();
  }
}
