package org.tflion.train.data;

import org.tflion.Require;

/**
 * Equally long pieces of text: inputs are {@code tokens[:, :-1]}, targets {@code tokens[:, 1:]}.
 *
 * @param tokens row after row // [size, length]
 * @param size number of rows; above 0
 * @param length tokens of a row: the context and one more; above 1
 */
@SuppressWarnings("ArrayRecordComponent") // Copying or comparing every batch would only cost time.
public record Batch(int[] tokens, int size, int length) {

  /**
   * Checks that the sizes agree.
   *
   * @throws IllegalArgumentException if they do not
   */
  public Batch {
    Require.that(size > 0, "Batch: size must be above 0", size);
    Require.that(length > 1, "Batch: length must be above 1", length);
    Require.that(
        tokens.length == (long) size * length,
        "Batch: tokens must number size * length = " + (long) size * length,
        tokens.length);
  }
}
