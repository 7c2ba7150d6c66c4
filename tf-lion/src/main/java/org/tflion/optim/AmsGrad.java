package org.tflion.optim;

import org.tensorflow.Graph;

/**
 * AMSGrad: Adam that divides by the largest second moment so far.
 *
 * <p>Update number {@code t}, from 1, for a weight {@code w} with gradient {@code g}:
 *
 * <pre>{@code
 * m' = beta1 * m + (1 - beta1) * g             kept in slot "first_moment", zero at first
 * v' = beta2 * v + (1 - beta2) * g * g         kept in slot "second_moment", zero at first
 * x' = max(x, v' / (1 - beta2^t))              kept in slot "largest_moment", zero at first
 * u  = (m' / (1 - beta1^t)) / (sqrt(x') + epsilon)
 * w' = w - learningRate * (u + weightDecay * w)
 * }</pre>
 *
 * <p><b>Shapes.</b> All share one shape, of any rank, and one type, float32 or float64. The state
 * is three extra copies of the weights.
 *
 * <p><b>Errors.</b> Adding an update to the graph throws {@link IllegalArgumentException} if a
 * variable is neither float32 nor float64, or if its gradient has another shape. A NaN gradient is
 * not caught.
 *
 * @see <a href="https://arxiv.org/abs/1904.09237">Reddi et al., 2018; with both moments corrected
 *     for their start, as optax does</a>
 * @see <a href="https://arxiv.org/abs/2302.06675">Chen et al., 2023, Table 7</a>
 */
public final class AmsGrad extends RuleOptimizer {

  /** AmsGrad with the default options: no clipping, decay on matrices only, compiled by XLA. */
  public AmsGrad(Graph graph, AmsGradConfig config) {
    this(graph, config, UpdateOptions.DEFAULT);
  }

  /** AmsGrad with options of its own. */
  public AmsGrad(Graph graph, AmsGradConfig config, UpdateOptions options) {
    super(graph, new AmsGradRule(config), options);
  }
}
