package org.tflion.train.model.layer;

import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;

/** Which keys the queries of an attention see, as numbers to add to their scores. */
public final class Mask {

  /** Large enough to make exp() zero, small enough for every floating type. */
  private static final double MASKED = -1e9;

  private Mask() {}

  /**
   * No later keys, and if there are segments, none of another one.
   *
   * @param length T
   * @param segments of each token, or null // [B, T]
   * @param type of the scores
   * @return [T, T], or [B, 1, T, T] with segments
   */
  public static <T extends TNumber> Operand<T> causal(
      Ops tf, int length, @Nullable Operand<TInt32> segments, Class<T> type) {
    Operand<TBool> hidden = later(tf, length); // [T, T]
    if (segments != null) {
      hidden = tf.math.logicalOr(hidden, elsewhere(tf, segments)); // [B, 1, T, T]
    }
    return numbers(tf, hidden, type);
  }

  /**
   * No keys of another segment.
   *
   * @param segments of each token // [B, T]
   * @param type of the scores
   * @return [B, 1, T, T]
   */
  public static <T extends TNumber> Operand<T> segments(
      Ops tf, Operand<TInt32> segments, Class<T> type) {
    return numbers(tf, elsewhere(tf, segments), type);
  }

  private static Operand<TBool> elsewhere(Ops tf, Operand<TInt32> segments) {
    long rows = segments.shape().get(0);
    long length = segments.shape().get(1);
    var keys = tf.reshape(segments, tf.array(rows, 1L, 1L, length)); // [B, 1, 1, T]
    var queries = tf.reshape(segments, tf.array(rows, 1L, length, 1L)); // [B, 1, T, 1]
    return tf.math.notEqual(keys, queries); // [B, 1, T, T]
  }

  private static <T extends TNumber> Operand<T> numbers(
      Ops tf, Operand<TBool> hidden, Class<T> type) {
    var masked = tf.dtypes.cast(tf.constant(MASKED), type); // []
    return tf.math.mul(tf.dtypes.cast(hidden, type), masked);
  }

  /** Built from two ranges, as a table of T * T numbers of its own would not fit a long context. */
  private static Operand<TBool> later(Ops tf, int length) {
    var places = tf.range(tf.constant(0), tf.constant(length), tf.constant(1)); // [T]
    var keys = tf.reshape(places, tf.array(1, length)); // [1, T]
    var queries = tf.reshape(places, tf.array(length, 1)); // [T, 1]
    return tf.math.greater(keys, queries); // [T, T]
  }
}
