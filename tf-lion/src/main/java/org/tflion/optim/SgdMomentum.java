package org.tflion.optim;

import org.tensorflow.Graph;

/**
 * Gradient descent with heavy-ball momentum.
 *
 * <p>Update number {@code t}, from 1, for a weight {@code w} with gradient {@code g}:
 *
 * <pre>{@code
 * m' = g + momentum * m                        kept in slot "momentum", zero at first
 * w' = w - learningRate * (m' + weightDecay * w)
 * }</pre>
 *
 * <p><b>Shapes.</b> All share one shape, of any rank, and one type, float32 or float64. The state
 * is one extra copy of the weights.
 *
 * <p><b>Errors.</b> Adding an update to the graph throws {@link IllegalArgumentException} if a
 * variable is neither float32 nor float64, or if its gradient has another shape. A NaN gradient is
 * not caught.
 *
 * @see <a href="https://doi.org/10.1016/0041-5553(64)90137-5">Polyak, 1964</a>
 */
public final class SgdMomentum extends RuleOptimizer {

  /** SgdMomentum with the default options: no clipping, decay on matrices only, compiled by XLA. */
  public SgdMomentum(Graph graph, SgdMomentumConfig config) {
    this(graph, config, UpdateOptions.DEFAULT);
  }

  /** SgdMomentum with options of its own. */
  public SgdMomentum(Graph graph, SgdMomentumConfig config, UpdateOptions options) {
    super(graph, new SgdMomentumRule(config), options);
  }
}
