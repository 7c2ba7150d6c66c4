package org.tflion.optim;

import org.tensorflow.Graph;

/**
 * Adafactor: Adam's second moment, kept as one row and one column of a matrix.
 *
 * <p>Update number {@code t}, from 1, for a weight {@code w} with gradient {@code g}, where {@code
 * mean_r} averages over the largest axis and {@code mean_c} over the second largest:
 *
 * <pre>{@code
 * b  = 1 - t^-0.8
 * r' = b * r + (1 - b) * mean_r(g * g + 1e-30)      kept in slot "row", zero at first
 * c' = b * c + (1 - b) * mean_c(g * g + 1e-30)      kept in slot "column", zero at first
 * v' = r' * c' / mean(r')                           or kept itself, in slot "second_moment"
 * u  = g / sqrt(v')
 * u' = u / max(1, rms(u) / clip)
 * s  = learningRate * max(rms(w), 1e-3)
 * w' = w - s * u'
 * }</pre>
 *
 * <p>Where momentum and weight decay come in is a matter of {@link AdafactorConfig.Variant}.
 *
 * <p><b>Shapes.</b> {@code g} and {@code w} share one shape, of any rank, and one type, float32 or
 * float64. The state of a factored {@code r x c} matrix is {@code r + c} numbers, of anything else
 * one copy of the weight, and momentum is one copy more.
 *
 * <p><b>Errors.</b> Adding an update to the graph throws {@link IllegalArgumentException} if a
 * variable is neither float32 nor float64, or if its gradient has another shape. A NaN gradient is
 * not caught.
 *
 * @see <a href="https://arxiv.org/abs/1804.04235">Shazeer and Stern, 2018</a>
 */
public final class Adafactor extends RuleOptimizer {

  /** Adafactor with the default options: decay on matrices only, compiled by XLA. */
  public Adafactor(Graph graph, AdafactorConfig config) {
    this(graph, config, UpdateOptions.DEFAULT);
  }

  /** Adafactor with options of its own. */
  public Adafactor(Graph graph, AdafactorConfig config, UpdateOptions options) {
    super(graph, new AdafactorRule(config), options);
  }
}
