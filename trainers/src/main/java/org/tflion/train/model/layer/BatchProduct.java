package org.tflion.train.model.layer;

import org.tensorflow.Operand;
import org.tensorflow.OperationBuilder;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;

/**
 * Products of matrices, pair by pair, that lie in the last two axes.
 *
 * <p>The operation is {@code BatchMatMul}, which oneDNN computes. {@code BatchMatMulV3}, which
 * {@code tf.train.batchMatMul} and TensorFlow's gradients add, takes twice to three times as long
 * for the sizes of attention; what shall be fast needs a gradient of its own.
 */
public final class BatchProduct {

  private BatchProduct() {}

  /** Adds the products of the matrices, of which either may be transposed first. */
  public static <T extends TNumber> Operand<T> add(
      Ops tf, Operand<T> a, Operand<T> b, boolean firstTransposed, boolean secondTransposed) {
    OperationBuilder product = tf.scope().opBuilder("BatchMatMul", "BatchMatMul");
    product.addInput(a.asOutput());
    product.addInput(b.asOutput());
    product.setAttr("adj_x", firstTransposed);
    product.setAttr("adj_y", secondTransposed);
    return product.build().<T>output(0);
  }
}
