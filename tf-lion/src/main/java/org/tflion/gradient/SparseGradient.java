package org.tflion.gradient;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Unique;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TNumber;

/**
 * The gradient of a table of which few rows were used; rows that occur twice add up.
 *
 * @param indices of the used rows, with repetitions; of shape [n]
 * @param values gradients of those rows; of shape [n, ...row]
 */
public record SparseGradient<T extends TNumber>(Operand<TInt64> indices, Operand<T> values) {

  /**
   * The same gradient with a row for each row of the table.
   *
   * @param rows number of rows of the table
   */
  public Operand<T> dense(Ops tf, long rows) {
    return tf.math.unsortedSegmentSum(values, indices, tf.constant(rows)); // [rows, ...row]
  }

  /** The same gradient with every index once. */
  public SparseGradient<T> merged(Ops tf) {
    Unique<TInt64, TInt64> unique = tf.unique(indices, tf.constant(new int[] {0}), TInt64.class);
    var count = tf.size(unique.y(), TInt64.class); // []
    return new SparseGradient<>(
        unique.y(), tf.math.unsortedSegmentSum(values, unique.idx(), count));
  }
}
