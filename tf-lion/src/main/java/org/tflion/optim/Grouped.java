package org.tflion.optim;

import java.util.List;
import org.tensorflow.Graph;

/**
 * Several optimizers in one, over groups of weights chosen by regular expressions over names.
 *
 * <p>Clipping by the global norm, the guard, accumulation and the number of the update are common
 * to all groups. A pattern that is first for no weight is an error.
 */
public final class Grouped extends RuleOptimizer {

  /**
   * An optimizer over groups.
   *
   * @param groups the first whose pattern is found in a weight's name has it
   */
  public Grouped(Graph graph, List<GroupedRule.Group> groups, UpdateOptions options) {
    super(graph, new GroupedRule("Grouped", groups), options);
  }
}
