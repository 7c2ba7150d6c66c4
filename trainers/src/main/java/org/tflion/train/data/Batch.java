package org.tflion.train.data;

import org.jspecify.annotations.Nullable;
import org.tflion.Require;

/**
 * Equally long pieces of text: inputs are {@code tokens[:, :-1]}, targets {@code tokens[:, 1:]}.
 *
 * @param tokens row after row // [size, length]
 * @param segments the document of each token, numbered from 0 in every row; a token may attend only
 *     to tokens of its own document, and is no target of one of another; null where rows are not
 *     divided // [size, length]
 * @param size number of rows; above 0
 * @param length tokens of a row: the context and one more; above 1
 */
@SuppressWarnings("ArrayRecordComponent") // Copying or comparing every batch would only cost time.
public record Batch(int[] tokens, int @Nullable [] segments, int size, int length) {

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
    Require.that(
        segments == null || segments.length == tokens.length,
        "Batch: segments must be one for each token",
        segments == null ? 0 : segments.length);
  }

  /** A batch whose rows are not divided. */
  public Batch(int[] tokens, int size, int length) {
    this(tokens, null, size, length);
  }
}
