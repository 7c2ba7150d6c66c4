package org.tflion.train.model;

import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * A batch as a model sees it.
 *
 * @param tokens inputs are all but the last, targets all but the first // [B, T + 1]
 * @param segments which document of its row each token is of, where attention and loss keep to the
 *     documents; else null // [B, T + 1]
 * @param noise key of the random numbers of this pass, another one in each update; null where a
 *     model is used and not trained // [2]
 */
public record Inputs(
    Operand<TInt32> tokens, @Nullable Operand<TInt32> segments, @Nullable Operand<TInt64> noise) {

  /** Rows that are not divided, to use a model on. */
  public static Inputs of(Operand<TInt32> tokens) {
    return new Inputs(tokens, null, null);
  }
}
