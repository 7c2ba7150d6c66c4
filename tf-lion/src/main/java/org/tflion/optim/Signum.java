package org.tflion.optim;

import org.tensorflow.Graph;

/**
 * Signum: every weight moves the same distance, along the sign of its momentum.
 *
 * <p>Update number {@code t}, from 1, for a weight {@code w} with gradient {@code g}:
 *
 * <pre>{@code
 * m' = beta * m + (1 - beta) * g               kept in slot "momentum", zero at first
 * w' = w - learningRate * (sign(m') + weightDecay * w)
 * }</pre>
 *
 * <p><b>Shapes.</b> All share one shape, of any rank, and one type, float32 or float64. The state
 * is one extra copy of the weights.
 *
 * <p><b>Errors.</b> Adding an update to the graph throws {@link IllegalArgumentException} if a
 * variable is neither float32 nor float64, or if its gradient has another shape. A NaN gradient is
 * not caught.
 *
 * @see <a href="https://arxiv.org/abs/1802.04434">Bernstein et al., 2018</a>
 */
public final class Signum extends RuleOptimizer {

  /** Signum with the default options: no clipping, decay on matrices only, compiled by XLA. */
  public Signum(Graph graph, SignumConfig config) {
    this(graph, config, UpdateOptions.DEFAULT);
  }

  /** Signum with options of its own. */
  public Signum(Graph graph, SignumConfig config, UpdateOptions options) {
    super(graph, new SignumRule(config), options);
  }
}
