package org.tflion.gradient;

import java.util.stream.IntStream;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TNumber;
import org.tflion.Require;

/**
 * A bound on the gradient of one weight, whatever the others are.
 *
 * @param kind what is bounded
 * @param limit the bound; finite, above 0
 */
public record Clip(Kind kind, double limit) {

  /** What a clip bounds. */
  public enum Kind {
    /** Each value: {@code min(max(g, -limit), limit)}. */
    VALUE,

    /** The length of one tensor: {@code g * limit / max(norm(g), limit)}. */
    NORM,

    /** The root mean square of one tensor: {@code g / max(rms(g) / limit, 1)}. */
    BLOCK_RMS,

    /**
     * Each unit relative to its weights: {@code g * min(1, limit * max(norm(w), 1e-3) / norm(g))},
     * with norms over all axes but the last, and over everything for vectors.
     *
     * @see <a href="https://arxiv.org/abs/2102.06171">Brock et al., 2021</a>
     */
    ADAPTIVE
  }

  /** Brock et al. (2021), section 4.1: so that weights that begin at zero can move. */
  private static final double LEAST_NORM = 1e-3;

  public Clip {
    Require.positive("Clip: limit", limit);
  }

  /** The gradient, bounded; of the shape and type of both arguments. */
  public <T extends TNumber> Operand<T> apply(Ops tf, Operand<T> weight, Operand<T> gradient) {
    Operand<T> bound = scalar(tf, limit, gradient); // []
    return switch (kind) {
      case VALUE -> tf.math.minimum(tf.math.maximum(gradient, scalar(tf, -limit, gradient)), bound);
      case NORM -> shortened(tf, gradient, norm(tf, gradient, false), bound);
      case BLOCK_RMS -> {
        var size = tf.math.maximum(tf.size(gradient, TInt64.class), tf.constant(1L));
        var root =
            tf.dtypes.cast(tf.math.sqrt(tf.dtypes.cast(size, TFloat64.class)), gradient.type());
        yield shortened(tf, gradient, tf.math.div(norm(tf, gradient, false), root), bound);
      }
      case ADAPTIVE -> {
        var size = tf.math.maximum(norm(tf, weight, true), scalar(tf, LEAST_NORM, weight));
        yield shortened(tf, gradient, norm(tf, gradient, true), tf.math.mul(bound, size));
      }
    };
  }

  private static <T extends TNumber> Operand<T> shortened(
      Ops tf, Operand<T> gradient, Operand<T> size, Operand<T> bound) {
    return tf.math.mul(gradient, tf.math.div(bound, tf.math.maximum(size, bound)));
  }

  private static <T extends TNumber> Operand<T> norm(Ops tf, Operand<T> values, boolean unitwise) {
    int rank = values.shape().numDimensions();
    int summed = unitwise && rank >= 2 ? rank - 1 : rank;
    int[] axes = IntStream.range(0, summed).toArray();
    var square = tf.math.mul(values, values);
    return tf.math.sqrt(tf.reduceSum(square, tf.constant(axes), ReduceSum.keepDims(true)));
  }

  private static <T extends TNumber> Operand<T> scalar(Ops tf, double value, Operand<T> like) {
    return tf.dtypes.cast(tf.constant(value), like.type());
  }
}
