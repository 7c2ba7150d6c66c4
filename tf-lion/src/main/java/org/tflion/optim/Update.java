package org.tflion.optim;

import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat64;

/**
 * One update of a set of weights, as added to a graph.
 *
 * @param op runs it
 * @param learningRate the rate it uses, a scalar; feed it to set the rate of one run by hand
 * @param gradientNorm global norm of the gradients before clipping, a scalar; computed only if
 *     clipping needs it or somebody fetches it
 * @param finite whether the loss and all gradients are finite; constantly true without a guard
 */
public record Update(
    Op op, Operand<TFloat64> learningRate, Operand<TFloat64> gradientNorm, Operand<TBool> finite) {}
