package org.tflion.cli.compare;

import org.jspecify.annotations.Nullable;

/**
 * What a training says of itself when it is over.
 *
 * @param parameters numbers that were trained
 * @param slotBytes of the optimizer's state
 * @param seconds from the first step to the last, with evaluations
 * @param peakRssBytes most memory that the process ever had, up to the last step; null where the
 *     system does not tell
 */
public record Measured(
    long parameters, long slotBytes, double seconds, @Nullable Long peakRssBytes) {}
