package org.tflion.train.model;

import org.tensorflow.Operand;
import org.tensorflow.types.family.TNumber;

/**
 * What a model makes of a batch.
 *
 * @param mean the loss, a mean over what counts: tokens, pictures; a scalar
 * @param count how many those are, a scalar; a larger batch is the mean of its parts by this weight
 */
public record Objective<T extends TNumber>(Operand<T> mean, Operand<T> count) {}
