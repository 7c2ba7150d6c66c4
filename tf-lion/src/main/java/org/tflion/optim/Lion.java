package org.tflion.optim;

import org.tensorflow.Graph;

/**
 * Lion: every weight moves the same distance, along the sign of a blended momentum.
 *
 * <p>One update, for a weight {@code w} with gradient {@code g} and momentum {@code m}:
 *
 * <pre>{@code
 * c  = beta1 * m + (1 - beta1) * g             direction
 * w' = w - learningRate * (sign(c) + weightDecay * w)
 * m' = beta2 * m + (1 - beta2) * g             kept in slot "momentum", zero at first
 * }</pre>
 *
 * <p><b>Shapes.</b> {@code g}, {@code m} and {@code w} share one shape, of any rank, and one type,
 * float32 or float64. The only state is {@code m}: one extra copy of the weights, half of AdamW's.
 *
 * <p><b>Units.</b> Without decay a weight moves by {@code learningRate} or, where {@code c} is
 * exactly zero, not at all; rescaling the loss changes nothing. Start 3 to 10 times below an AdamW
 * rate, with 3 to 10 times its decay.
 *
 * <p><b>Errors.</b> Adding an update to the graph throws {@link IllegalArgumentException} if a
 * variable is neither float32 nor float64, or if its gradient has another shape (it would silently
 * broadcast). A NaN gradient is not caught: it makes the weight NaN.
 *
 * @see <a href="https://arxiv.org/abs/2302.06675">Chen et al., 2023, Algorithm 2</a>
 */
public final class Lion extends RuleOptimizer {

  /** Lion with the default options: no clipping, decay on matrices only, compiled by XLA. */
  public Lion(Graph graph, LionConfig config) {
    this(graph, config, UpdateOptions.DEFAULT);
  }

  /** Lion with options of its own. */
  public Lion(Graph graph, LionConfig config, UpdateOptions options) {
    super(graph, new LionRule(config), options);
  }
}
