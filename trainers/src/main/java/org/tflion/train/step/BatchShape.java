package org.tflion.train.step;

import org.tflion.Require;

/**
 * The batches that a graph is built for.
 *
 * @param rows of a batch; above 0
 * @param length tokens of a row, inputs and the last target; above 1
 * @param separate whether rows are divided into documents
 */
public record BatchShape(int rows, int length, boolean separate) {

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if there is nothing to predict
   */
  public BatchShape {
    Require.that(rows > 0, "BatchShape: rows must be above 0", rows);
    Require.that(length > 1, "BatchShape: length must be above 1", length);
  }

  /** The shape of one of equal parts of a batch. */
  public BatchShape part(int parts) {
    return new BatchShape(rows / parts, length, separate);
  }
}
