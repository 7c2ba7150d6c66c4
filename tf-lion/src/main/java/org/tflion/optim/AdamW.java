package org.tflion.optim;

import org.tensorflow.Graph;

/**
 * AdamW: Adam with decoupled weight decay.
 *
 * <p>Update number {@code t}, from 1, for a weight {@code w} with gradient {@code g}:
 *
 * <pre>{@code
 * m' = beta1 * m + (1 - beta1) * g             kept in slot "first_moment", zero at first
 * v' = beta2 * v + (1 - beta2) * g * g         kept in slot "second_moment", zero at first
 * u  = (m' / (1 - beta1^t)) / (sqrt(v' / (1 - beta2^t)) + epsilon)
 * w' = w - learningRate * (u + weightDecay * w)
 * }</pre>
 *
 * <p><b>Shapes.</b> All share one shape, of any rank, and one type, float32 or float64. The state
 * is two extra copies of the weights.
 *
 * <p><b>Units.</b> A weight moves by about {@code learningRate} at most.
 *
 * <p><b>Errors.</b> Adding an update to the graph throws {@link IllegalArgumentException} if a
 * variable is neither float32 nor float64, or if its gradient has another shape. A NaN gradient is
 * not caught.
 *
 * @see <a href="https://arxiv.org/abs/1711.05101">Loshchilov and Hutter, 2017</a>
 * @see <a href="https://arxiv.org/abs/2302.06675">Chen et al., 2023, Algorithm 1</a>
 */
public final class AdamW extends RuleOptimizer {

  /** AdamW with the default options: no clipping, decay on matrices only, compiled by XLA. */
  public AdamW(Graph graph, AdamWConfig config) {
    this(graph, config, UpdateOptions.DEFAULT);
  }

  /** AdamW with options of its own. */
  public AdamW(Graph graph, AdamWConfig config, UpdateOptions options) {
    super(graph, new AdamWRule(config), options);
  }
}
