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
    var key = tf.math.add(noise, tf.array(site, 0L)); // [2]
    // XLA knows sizes and keys of 32 bits only.
    int[] sizes = Arrays.stream(x.shape().asArray()).mapToInt(Math::toIntExact).toArray();
    var narrow = tf.dtypes.cast(key, TInt32.class); // [2]
    var uniform = tf.random.statelessRandomUniform(tf.constant(sizes), narrow);
    var kept = tf.math.greaterEqual(uniform, tf.constant((float) rate));
    var scale = tf.dtypes.cast(tf.constant(1 / (1 - rate)), x.type()); // []
    return tf.math.mul(x, tf.math.mul(tf.dtypes.cast(kept, x.type()), scale));
  }
}
