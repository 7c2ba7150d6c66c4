package org.tflion.discovery.lower;

import org.tensorflow.Graph;
import org.tflion.optim.RuleOptimizer;
import org.tflion.optim.UpdateOptions;

/**
 * An optimizer of TensorFlow Java that updates by a program, compiled by XLA.
 *
 * <pre>{@code
 * Program program = ProgramReader.read(text);
 * Schedule rate = Schedule.cosine(1, 0, 1000);
 * Op train = new ProgramOptimizer(graph, ProgramRule.of(program, rate)).minimize(loss);
 * }</pre>
 */
public final class ProgramOptimizer extends RuleOptimizer {

  /** An optimizer with the default options: no clipping, compiled by XLA. */
  public ProgramOptimizer(Graph graph, ProgramRule rule) {
    this(graph, rule, UpdateOptions.DEFAULT);
  }

  /** An optimizer with options of its own. */
  public ProgramOptimizer(Graph graph, ProgramRule rule, UpdateOptions options) {
    super(graph, rule, options);
  }
}
