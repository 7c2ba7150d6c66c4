package org.tflion.optim;

import org.tensorflow.Graph;

/**
 * AdaBelief: Adam that divides by how far gradients are from their mean.
 *
 * <p>Update number {@code t}, from 1, for a weight {@code w} with gradient {@code g}:
 *
 * <pre>{@code
 * m' = beta1 * m + (1 - beta1) * g             kept in slot "first_moment", zero at first
 * v' = beta2 * v + (1 - beta2) * (g - m')^2 + epsilonRoot    kept in slot "second_moment"
 * u  = (m' / (1 - beta1^t)) / (sqrt(v' / (1 - beta2^t)) + epsilon)
 * w' = w - learningRate * (u + weightDecay * w)
 * }</pre>
 *
 * <p><b>Shapes.</b> All share one shape, of any rank, and one type, float32 or float64. The state
 * is two extra copies of the weights.
 *
 * <p><b>Errors.</b> Adding an update to the graph throws {@link IllegalArgumentException} if a
 * variable is neither float32 nor float64, or if its gradient has another shape. A NaN gradient is
 * not caught.
 *
 * @see <a href="https://arxiv.org/abs/2010.07468">Zhuang et al., 2020</a>
 * @see <a href="https://arxiv.org/abs/2302.06675">Chen et al., 2023, Table 7</a>
 */
public final class AdaBelief extends RuleOptimizer {

  /** AdaBelief with the default options: no clipping, decay on matrices only, compiled by XLA. */
  public AdaBelief(Graph graph, AdaBeliefConfig config) {
    this(graph, config, UpdateOptions.DEFAULT);
  }

  /** AdaBelief with options of its own. */
  public AdaBelief(Graph graph, AdaBeliefConfig config, UpdateOptions options) {
    super(graph, new AdaBeliefRule(config), options);
  }
}
