package org.tflion.optim;

import org.tensorflow.Graph;

/**
 * NAdam: Adam with a look ahead along the momentum, and decoupled weight decay.
 *
 * <p>Update number {@code t}, from 1, for a weight {@code w} with gradient {@code g}:
 *
 * <pre>{@code
 * m' = beta1 * m + (1 - beta1) * g             kept in slot "first_moment", zero at first
 * v' = beta2 * v + (1 - beta2) * g * g         kept in slot "second_moment", zero at first
 * a  = beta1 * m' / (1 - beta1^(t+1)) + (1 - beta1) * g / (1 - beta1^t)
 * u  = a / (sqrt(v' / (1 - beta2^t)) + epsilon)
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
 * @see <a href="https://openreview.net/pdf?id=OM0jvwB8jIp57ZJjtNEZ">Dozat, 2016, without the factor
 *     beta2 of its v</a>
 * @see <a href="https://arxiv.org/abs/2302.06675">Chen et al., 2023, Table 7</a>
 */
public final class NAdam extends RuleOptimizer {

  /** NAdam with the default options: no clipping, decay on matrices only, compiled by XLA. */
  public NAdam(Graph graph, NAdamConfig config) {
    this(graph, config, UpdateOptions.DEFAULT);
  }

  /** NAdam with options of its own. */
  public NAdam(Graph graph, NAdamConfig config, UpdateOptions options) {
    super(graph, new NAdamRule(config), options);
  }
}
