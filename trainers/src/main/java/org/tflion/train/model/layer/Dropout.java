package org.tflion.train.model.layer;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TNumber;

/**
 * Sets some values to zero while training, and makes up for them with the others.
 *
 * <pre>{@code
 * y = x * keep / (1 - rate),  keep = [u >= rate],  u uniform in [0, 1) by key and site
 * }</pre>
 *
 * <p>The numbers depend on the key and the site alone, so a pass that is repeated repeats them; a
 * compiled pass has other numbers than a plain one.
 *
 * @param rate share of the values; in [0, 1)
 * @param site which of a model's dropouts it is
 * @see <a href="https://jmlr.org/papers/v15/srivastava14a.html">Srivastava et al., 2014</a>
 */
public record Dropout(double rate, long site) {

  /** More than any model has sites. */
  private static final long PART = 1L << 20;

  /**
   * Applies it.
   *
   * @param x of any shape, fully known
   * @param noise the key, or null where nothing is to be dropped // [2]
   */
  public <T extends TNumber> Operand<T> apply(
      Ops tf, Operand<T> x, @Nullable Operand<TInt64> noise) {
    if (rate == 0 || noise == null) {
      return x;
    }
    return tf.math.mul(x, factors(tf, x, noise, 0));
  }

  /**
   * What to multiply the values with.
   *
   * @param like of the shape and the type of the values
   * @param noise the key // [2]
   * @param part number of the values, where those of one site come in parts
   */
  <T extends TNumber> Operand<T> factors(Ops tf, Operand<T> like, Operand<TInt64> noise, int part) {
    var key = tf.math.add(noise, tf.array(site + part * PART, 0L)); // [2]
    // XLA knows sizes and keys of 32 bits only.
    int[] sizes = Arrays.stream(like.shape().asArray()).mapToInt(Math::toIntExact).toArray();
    var narrow = tf.dtypes.cast(key, TInt32.class); // [2]
    var uniform = tf.random.statelessRandomUniform(tf.constant(sizes), narrow);
    var kept = tf.math.greaterEqual(uniform, tf.constant((float) rate));
    var scale = tf.dtypes.cast(tf.constant(1 / (1 - rate)), like.type()); // []
    return tf.math.mul(tf.dtypes.cast(kept, like.type()), scale);
  }
}
