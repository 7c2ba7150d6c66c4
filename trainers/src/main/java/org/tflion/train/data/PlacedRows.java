package org.tflion.train.data;

import java.util.List;
import org.tflion.Require;
import org.tflion.train.data.source.FileTokens;

/**
 * Batches of which only the places of the rows are made, for whoever reads the files himself: a row
 * is {@code length} tokens from its place on.
 *
 * @param tokens where they lie
 * @param length tokens of a row: the context and one more
 * @param places batches with the feature {@link #PLACE}
 */
public record PlacedRows(FileTokens tokens, int length, Batches places) {

  /** Position of a row's first token among all tokens of the files, a single number. */
  public static final String PLACE = "place";

  /** What batches of places look like. */
  static BatchShape shape(int rows) {
    return new BatchShape(rows, List.of(Feature.ints(PLACE)));
  }

  /** A batch of places. */
  static Batch batch(int[] places) {
    return Batch.of(places.length, new Column.Ints(Feature.ints(PLACE), places));
  }

  /**
   * The places of batches that would otherwise be made here.
   *
   * @throws IllegalArgumentException if they are more than pieces of files
   */
  public static PlacedRows of(Batches batches) {
    return batches
        .placed()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "shard.data must be controller for data that are not the tokens of one path as"
                        + " they lie in its files: .bin files, or plain text with the byte"
                        + " tokenizer, without separate_documents (got worker)"));
  }

  /** Refuses rows of other files, as what reads them has these alone. */
  public PlacedRows inFilesOf(PlacedRows others) {
    Require.that(
        tokens.files().equals(others.tokens.files()),
        "shard.data must be controller where data to validate with lie in other files",
        others.tokens.files());
    return this;
  }
}
