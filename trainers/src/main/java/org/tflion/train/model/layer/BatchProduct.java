package org.tflion.train.model.layer;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.OperationBuilder;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;
import org.tflion.train.model.Compute;
import org.tflion.xla.OwnGradient;

/**
 * Products of matrices, pair by pair, that lie in the last two axes.
 *
 * <pre>{@code
 * y = a b:    da = dy b^T,  db = a^T dy
 * y = a b^T:  da = dy b,    db = dy^T a
 * }</pre>
 *
 * <p>The operation is {@code BatchMatMul}, which oneDNN computes. {@code BatchMatMulV3}, which
 * {@code tf.train.batchMatMul} and TensorFlow's gradients add, takes twice to three times as long
 * for the sizes of attention; therefore the gradient of its own where speed is asked for.
 *
 * @param compute how
 */
public record BatchProduct(Compute compute) {

  /**
   * Adds {@code a b}.
   *
   * @param a [..., N, K]
   * @param b [..., K, M]
   * @return [..., N, M]
   */
  public <T extends TNumber> Operand<T> apply(Ops tf, Operand<T> a, Operand<T> b) {
    return apply(tf, a, b, false);
  }

  /**
   * Adds {@code a b^T}.
   *
   * @param a [..., N, K]
   * @param b [..., M, K]
   * @return [..., N, M]
   */
  public <T extends TNumber> Operand<T> byTransposed(Ops tf, Operand<T> a, Operand<T> b) {
    return apply(tf, a, b, true);
  }

  private <T extends TNumber> Operand<T> apply(
      Ops tf, Operand<T> a, Operand<T> b, boolean transposed) {
    if (!compute.fused()) {
      return product(tf, a, b, false, transposed);
    }
    Class<T> type = a.type();
    OwnGradient own =
        new OwnGradient(
            "pairs",
            OwnGradient.Compiled.NEITHER,
            1,
            (body, in) ->
                List.of(
                    product(
                        body,
                        in.get(0).asOutput().expect(type),
                        in.get(1).asOutput().expect(type),
                        false,
                        transposed)),
            (body, in, by) ->
                gradients(
                    body,
                    in.get(0).asOutput().expect(type),
                    in.get(1).asOutput().expect(type),
                    by.get(0).asOutput().expect(type),
                    transposed));
    return own.add(tf, List.of(a, b), List.of()).get(0).asOutput().expect(type);
  }

  private static <T extends TNumber> List<Operand<T>> gradients(
      Ops tf, Operand<T> a, Operand<T> b, Operand<T> dy, boolean transposed) {
    return List.of(
        product(tf, dy, b, false, !transposed),
        transposed ? product(tf, dy, a, true, false) : product(tf, a, dy, true, false));
  }

  /** Adds the operation alone. */
  static <T extends TNumber> Operand<T> product(
      Ops tf, Operand<T> a, Operand<T> b, boolean firstTransposed, boolean secondTransposed) {
    OperationBuilder product = tf.scope().opBuilder("BatchMatMul", "BatchMatMul");
    product.addInput(a.asOutput());
    product.addInput(b.asOutput());
    product.setAttr("adj_x", firstTransposed);
    product.setAttr("adj_y", secondTransposed);
    return product.build().<T>output(0);
  }
}
