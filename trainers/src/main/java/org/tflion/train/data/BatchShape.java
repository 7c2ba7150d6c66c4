package org.tflion.train.data;

import java.util.List;
import org.tflion.Require;

/**
 * The batches that a graph is built for.
 *
 * @param rows of a batch; above 0
 * @param features of every row; at least one
 */
public record BatchShape(int rows, List<Feature> features) {

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if there is nothing in a batch
   */
  public BatchShape {
    features = List.copyOf(features);
    Require.that(rows > 0, "BatchShape: rows must be above 0", rows);
    Require.that(!features.isEmpty(), "BatchShape: features must be one or more", features);
  }

  /** The shape of one of equal parts of a batch. */
  public BatchShape part(int parts) {
    return new BatchShape(rows / parts, features);
  }

  List<String> names() {
    return features.stream().map(Feature::name).toList();
  }
}
