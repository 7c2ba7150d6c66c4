package org.tflion.train.model.layer;

import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TNumber;

/**
 * What the layers of one pass have in common.
 *
 * @param length T, tokens of a sequence
 * @param causal whether the mask hides all later keys
 * @param mask added to the scores of attention: very negative where a key must not be seen; null
 *     where every key is seen // [T, T] or [B, 1, T, T]
 * @param noise key of the random numbers, or null where nothing is random // [2]
 */
public record Context<T extends TNumber>(
    int length, boolean causal, @Nullable Operand<T> mask, @Nullable Operand<TInt64> noise) {}
