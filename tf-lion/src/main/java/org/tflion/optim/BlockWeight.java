package org.tflion.optim;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TNumber;
import org.tensorflow.types.family.TType;

/**
 * A variable whose values are kept in one byte each, with a scale for each block.
 *
 * <pre>{@code
 * scale = max |x| of the block
 * code  = sign(x) * round(127 * sqrt(|x| / scale))        rounded to nearest even
 * x     = sign(code) * scale * (code / 127)^2
 * }</pre>
 *
 * <p>The root spends codes on small values: the smallest one kept is 6e-5 of the block's largest,
 * against 8e-3 for evenly spaced codes. A value is off by at most {@code sqrt(|x| * scale) / 127}
 * and a little.
 *
 * @param codes one row for each block, the last filled up with zeros
 * @param scales one for each block
 * @param shape of the values
 * @param type of the values
 * @see <a href="https://arxiv.org/abs/2110.02861">Dettmers et al., 2021: block-wise 8-bit state</a>
 */
record BlockWeight<T extends TNumber>(
    Weight<TUint8> codes, Weight<TFloat32> scales, Shape shape, Class<T> type)
    implements Weight<T> {

  /** Values that share a scale, as in Dettmers et al. (2021) from their second version on. */
  static final long BLOCK = 256;

  /** Fewer values than this are not worth the error. */
  static final long SMALLEST = 4096;

  private static final double LARGEST_CODE = 127;

  /** Negative codes are kept in two's complement, so that a byte of 0 is the value 0. */
  private static final float CODES = 256;

  static long blocks(Shape shape) {
    return (shape.size() + BLOCK - 1) / BLOCK;
  }

  @Override
  public String name() {
    return codes.name();
  }

  @Override
  public Output<? extends TType> variable() {
    return codes.variable();
  }

  @Override
  public List<Weight<?>> parts() {
    return List.of(codes, scales);
  }

  @Override
  public Operand<T> decode(Ops tf, Stored stored) {
    var unsigned = tf.dtypes.cast(stored.<TUint8>get(0), TFloat32.class); // [blocks, 256]
    var negative = tf.math.greater(unsigned, tf.constant((float) LARGEST_CODE));
    var code = tf.select(negative, tf.math.sub(unsigned, tf.constant(CODES)), unsigned);
    var root = tf.math.mul(code, tf.constant((float) (1 / LARGEST_CODE))); // [blocks, 256]
    var signed = tf.math.mul(root, tf.math.abs(root)); // [blocks, 256]
    var values = tf.math.mul(signed, stored.<TFloat32>get(1)); // [blocks, 256]
    var flat = tf.reshape(values, tf.constant(new long[] {-1})); // [blocks * 256]
    var used = tf.slice(flat, tf.constant(new long[] {0}), tf.constant(new long[] {shape.size()}));
    return tf.dtypes.cast(tf.reshape(used, tf.constant(shape)), type);
  }

  @Override
  public Stored encode(Ops tf, Operand<T> value) {
    long padding = blocks(shape) * BLOCK - shape.size();
    var single = tf.dtypes.cast(value, TFloat32.class);
    var flat = tf.reshape(single, tf.constant(new long[] {-1}));
    var padded =
        padding == 0
            ? flat
            : tf.concat(List.of(flat, tf.constant(new float[(int) padding])), tf.constant(0));
    var x = tf.reshape(padded, tf.constant(new long[] {-1, BLOCK})); // [blocks, 256]
    var scale = tf.max(tf.math.abs(x), tf.constant(new int[] {1})); // [blocks]
    var column = tf.expandDims(scale, tf.constant(1)); // [blocks, 1]
    // A block of zeros has no scale; 0 / 1 gives its zeros back.
    var zero = tf.math.equal(column, tf.constant(0f));
    var share = tf.math.div(x, tf.select(zero, tf.constant(1f), column)); // [blocks, 256]
    var root = tf.math.mul(tf.math.sign(share), tf.math.sqrt(tf.math.abs(share)));
    var code = tf.math.rint(tf.math.mul(root, tf.constant((float) LARGEST_CODE)));
    var negative = tf.math.less(code, tf.constant(0f));
    var unsigned = tf.select(negative, tf.math.add(code, tf.constant(CODES)), code);
    return Stored.of(tf.dtypes.cast(unsigned, TUint8.class), column);
  }

  @Override
  public <S extends TNumber> Weight<S> sibling(Ops tf, String name, Shape shape, Class<S> type) {
    return codes.sibling(tf, name, shape, type);
  }
}
