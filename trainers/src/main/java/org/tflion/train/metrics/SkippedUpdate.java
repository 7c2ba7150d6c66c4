package org.tflion.train.metrics;

/**
 * An update that was left out.
 *
 * @param step of it
 * @param batch number of its batch
 * @param loss of the batch
 * @param gradNorm of the batch
 * @param limit largest loss at which it would have been made
 * @param reason in words, with the first tensor that is not finite
 */
public record SkippedUpdate(
    long step, long batch, double loss, double gradNorm, double limit, String reason) {}
