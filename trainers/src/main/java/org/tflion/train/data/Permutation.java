package org.tflion.train.data;

import org.tflion.Require;

/**
 * A shuffle of the numbers [0, size) of which any element is known at once, without the others.
 *
 * <p>A Feistel network of eight rounds permutes the next power of four; where it leaves the range
 * it is applied again, which ends because it is a permutation.
 *
 * @param size how many numbers; above 0
 * @param key which shuffle
 * @see <a href="https://doi.org/10.1007/3-540-45760-7_9">Black and Rogaway, 2002</a>
 */
public record Permutation(long size, long key) {

  private static final int ROUNDS = 8;

  /**
   * Checks the size.
   *
   * @throws IllegalArgumentException if it is not above 0
   */
  public Permutation {
    Require.that(size > 0, "Permutation: size must be above 0", size);
  }

  /** Where a number of [0, size) goes. */
  public long at(long index) {
    int half = (Long.SIZE - Long.numberOfLeadingZeros(size - 1) + 1) / 2;
    long place = index;
    do {
      place = round(place, half);
    } while (place >= size);
    return place;
  }

  private long round(long place, int half) {
    long mask = (1L << half) - 1;
    long left = place >>> half;
    long right = place & mask;
    for (int i = 1; i <= ROUNDS; i++) {
      long next = left ^ (Mix.of(Mix.of(key + i * Mix.GAMMA) + right) & mask);
      left = right;
      right = next;
    }
    return left << half | right;
  }
}
