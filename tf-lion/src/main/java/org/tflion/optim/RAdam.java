package org.tflion.optim;

import org.tensorflow.Graph;

/**
 * RAdam: Adam that does not divide by its second moment before that is worth anything.
 *
 * <p>Update number {@code t}, from 1, for a weight {@code w} with gradient {@code g}:
 *
 * <pre>{@code
 * m' = beta1 * m + (1 - beta1) * g             kept in slot "first_moment", zero at first
 * v' = beta2 * v + (1 - beta2) * g * g         kept in slot "second_moment", zero at first
 * rho_max = 2 / (1 - beta2) - 1
 * rho = rho_max - 2 * t * beta2^t / (1 - beta2^t)
 * r   = sqrt((rho - 4) * (rho - 2) * rho_max / ((rho_max - 4) * (rho_max - 2) * rho))
 * a   = m' / (1 - beta1^t)
 * u   = r * a / (sqrt(v' / (1 - beta2^t)) + epsilon)    if rho >= 5, else a
 * w'  = w - learningRate * (u + weightDecay * w)
 * }</pre>
 *
 * <p><b>Shapes.</b> All share one shape, of any rank, and one type, float32 or float64. The state
 * is two extra copies of the weights.
 *
 * <p><b>Errors.</b> Adding an update to the graph throws {@link IllegalArgumentException} if a
 * variable is neither float32 nor float64, or if its gradient has another shape. A NaN gradient is
 * not caught.
 *
 * @see <a href="https://arxiv.org/abs/1908.03265">Liu et al., 2019</a>
 * @see <a href="https://arxiv.org/abs/2302.06675">Chen et al., 2023, Table 7</a>
 */
public final class RAdam extends RuleOptimizer {

  /** RAdam with the default options: no clipping, decay on matrices only, compiled by XLA. */
  public RAdam(Graph graph, RAdamConfig config) {
    this(graph, config, UpdateOptions.DEFAULT);
  }

  /** RAdam with options of its own. */
  public RAdam(Graph graph, RAdamConfig config, UpdateOptions options) {
    super(graph, new RAdamRule(config), options);
  }
}
