package org.tflion.train.model;

import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.family.TNumber;

/**
 * How layers compute what their equations say.
 *
 * @param fused whether what is no matrix product is compiled by XLA, layer by layer, with gradients
 *     written by hand; a whole step that is compiled needs none of it
 * @param halved whether matrix products read and write bfloat16, with sums in float32; statistics
 *     of norms, softmax, the residual stream and the loss keep the type of the parameters
 * @param recomputed whether the blocks of a model compute their insides anew for the gradient
 *     instead of keeping them
 */
public record Compute(boolean fused, boolean halved, boolean recomputed) {

  /** Operation by operation, in the type of the parameters. */
  public static final Compute PLAIN = new Compute(false, false, false);

  /** The type of matrix products, for parameters of a type. */
  public Class<? extends TNumber> products(Class<? extends TNumber> parameters) {
    return halved ? TBfloat16.class : parameters;
  }
}
