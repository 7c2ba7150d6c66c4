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
    for (Feature feature : features) {
      // TensorFlow counts the elements of a mean in 32 bits.
      double elements = (double) rows * feature.size();
      Require.that(
          elements <= Integer.MAX_VALUE,
          "BatchShape: "
              + feature.name()
              + " of all rows must be below 2^31 numbers; take a smaller"
              + " train.batch or model.context",
          (long) elements);
    }
  }

  /** The shape of one of equal parts of a batch. */
  public BatchShape part(int parts) {
    return new BatchShape(rows / parts, features);
  }

  List<String> names() {
    return features.stream().map(Feature::name).toList();
  }
}
