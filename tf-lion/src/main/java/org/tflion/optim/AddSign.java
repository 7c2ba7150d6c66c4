package org.tflion.optim;

import org.tensorflow.Graph;

/**
 * AddSign: the gradient, larger where it agrees with its momentum in sign.
 *
 * <p>Update number {@code t}, from 1, for a weight {@code w} with gradient {@code g}:
 *
 * <pre>{@code
 * m' = beta * m + (1 - beta) * g               kept in slot "momentum", zero at first
 * u  = g * (1 + sign(g) * sign(m'))
 * w' = w - learningRate * (u + weightDecay * w)
 * }</pre>
 *
 * <p><b>Shapes.</b> All share one shape, of any rank, and one type, float32 or float64. The state
 * is one extra copy of the weights.
 *
 * <p><b>Errors.</b> Adding an update to the graph throws {@link IllegalArgumentException} if a
 * variable is neither float32 nor float64, or if its gradient has another shape. A NaN gradient is
 * not caught.
 *
 * @see <a href="https://arxiv.org/abs/1709.07417">Bello et al., 2017, without decay of the sign</a>
 * @see <a href="https://arxiv.org/abs/2302.06675">Chen et al., 2023, Table 7</a>
 */
public final class AddSign extends RuleOptimizer {

  /** AddSign with the default options: no clipping, decay on matrices only, compiled by XLA. */
  public AddSign(Graph graph, AddSignConfig config) {
    this(graph, config, UpdateOptions.DEFAULT);
  }

  /** AddSign with options of its own. */
  public AddSign(Graph graph, AddSignConfig config, UpdateOptions options) {
    super(graph, new AddSignRule(config), options);
  }
}
