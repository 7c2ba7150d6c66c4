package org.tflion.tpu.compile;

/**
 * A collective operation in an optimized program.
 *
 * @param kind {@code all-reduce}, {@code all-gather}, {@code reduce-scatter}, {@code all-to-all},
 *     {@code collective-permute} or {@code collective-broadcast}
 * @param bytes size of its result on one device
 */
public record Collective(String kind, long bytes) {}
