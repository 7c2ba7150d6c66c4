package org.tflion.gradient;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TNumber;

/**
 * The length of all gradients taken as one vector, and the factor that bounds it.
 *
 * <pre>{@code
 * norm  = sqrt(sum over all gradients of sum(g * g))
 * scale = limit / max(norm, limit)              exactly 1 while norm <= limit
 * }</pre>
 *
 * <p>Squares are summed in each gradient's own type, the sums in double precision. A NaN or
 * infinite gradient makes the norm NaN or infinite.
 *
 * @see <a href="https://arxiv.org/abs/1211.5063">Pascanu, Mikolov and Bengio, 2012</a>
 */
public final class GlobalNorm {

  private GlobalNorm() {}

  /**
   * The norm of all gradients together, a scalar.
   *
   * @param gradients of any shapes and floating types; at least one
   */
  public static Operand<TFloat64> of(Ops tf, List<? extends Operand<? extends TNumber>> gradients) {
    return of(tf, halfOfSquares(tf, gradients));
  }

  /**
   * The norm of gradients whose squares have been added up, a scalar.
   *
   * @param half of the sum of their squares, a scalar
   */
  public static Operand<TFloat64> of(Ops tf, Operand<TFloat64> half) {
    return tf.math.sqrt(tf.math.mul(tf.constant(2.0), half)); // []
  }

  /**
   * Half of the sum of all squares of some gradients, a scalar.
   *
   * @param gradients of any shapes and floating types; at least one
   */
  public static Operand<TFloat64> halfOfSquares(
      Ops tf, List<? extends Operand<? extends TNumber>> gradients) {
    List<Operand<TFloat64>> halves = new ArrayList<>();
    for (Operand<? extends TNumber> gradient : gradients) {
      // One kernel for sum(g * g) / 2, at any rank; halving and doubling are exact.
      halves.add(tf.dtypes.cast(tf.nn.l2Loss(gradient), TFloat64.class)); // []
    }
    return tf.math.addN(halves); // []
  }

  /**
   * The factor that shortens gradients to a norm of at most {@code limit}, a scalar.
   *
   * @param norm of the gradients, a scalar
   * @param limit above 0
   */
  public static Operand<TFloat64> scale(Ops tf, Operand<TFloat64> norm, double limit) {
    var bound = tf.constant(limit);
    return tf.math.div(bound, tf.math.maximum(norm, bound)); // []
  }
}
