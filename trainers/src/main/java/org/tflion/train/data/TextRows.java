package org.tflion.train.data;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;

/**
 * Equally long pieces of text as batches: inputs are {@code tokens[:, :-1]}, targets {@code
 * tokens[:, 1:]}.
 *
 * @param size number of rows; above 0
 * @param length tokens of a row: the context and one more; above 1
 */
public record TextRows(int size, int length) {

  /** Name of the feature of tokens // [size, length]. */
  public static final String TOKENS = "tokens";

  /**
   * Name of the feature that numbers the documents of a row from 0: a token may attend only to
   * tokens of its own document, and is no target of one of another // [size, length].
   */
  public static final String SEGMENTS = "segments";

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if there is nothing to predict
   */
  public TextRows {
    Require.that(size > 0, "TextRows: size must be above 0", size);
    Require.that(length > 1, "TextRows: length must be above 1", length);
  }

  /**
   * A batch of tokens.
   *
   * @param tokens row after row // [size, length]
   * @param segments the document of each token, or null where rows are not divided
   */
  public Batch batch(int[] tokens, int @Nullable [] segments) {
    List<Column> columns = new ArrayList<>();
    columns.add(new Column.Ints(Feature.ints(TOKENS, length), tokens));
    if (segments != null) {
      columns.add(new Column.Ints(Feature.ints(SEGMENTS, length), segments));
    }
    return new Batch(size, columns);
  }

  /** What a graph for such batches has to take. */
  public BatchShape shape(boolean divided) {
    List<Feature> features = new ArrayList<>();
    features.add(Feature.ints(TOKENS, length));
    if (divided) {
      features.add(Feature.ints(SEGMENTS, length));
    }
    return new BatchShape(size, features);
  }
}
