package org.tflion.train.data.image;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;
import org.tflion.train.data.Batch;
import org.tflion.train.data.BatchShape;
import org.tflion.train.data.Batches;
import org.tflion.train.data.Column;
import org.tflion.train.data.Feature;
import org.tflion.train.data.Mix;
import org.tflion.train.data.Permutation;

/**
 * Batches of pictures: each is a function of the seed and its number alone.
 *
 * <pre>{@code
 * n = step * rows + row;  epoch = n / pictures
 * picture = permutation(epoch)[n mod pictures]       or n mod pictures, if nothing is shuffled
 * shift   = uniform in [-most, most], for both directions, by n
 * }</pre>
 */
final class PictureBatches {

  private static final String PIXELS = "pixels";
  private static final String LABELS = "labels";

  /** What is random: the order, and how far pictures move. */
  record Shuffle(long seed, int shift) {}

  private final Pictures pictures;
  private final int rows;
  private final @Nullable Shuffle shuffle;

  /**
   * Batches of pictures.
   *
   * @param rows of a batch; above 0
   * @param shuffle null for the pictures as they are, in their order
   */
  static Batches of(Pictures pictures, int rows, @Nullable Shuffle shuffle) {
    PictureBatches batches = new PictureBatches(pictures, rows, shuffle);
    return Batches.of(batches.shape(), 1, batches::at);
  }

  private PictureBatches(Pictures pictures, int rows, @Nullable Shuffle shuffle) {
    Require.that(rows > 0, "PictureBatches: rows must be above 0", rows);
    Require.that(
        (long) rows * pictures.size() < Integer.MAX_VALUE - 8L,
        "train.batch must keep a batch below 2^31 pixels",
        rows);
    this.pictures = pictures;
    this.rows = rows;
    this.shuffle = shuffle;
  }

  private Batch at(long step) {
    byte[] pixels = new byte[rows * pictures.size()]; // [rows, height, width, 1]
    int[] labels = new int[rows]; // [rows]
    for (int row = 0; row < rows; row++) {
      long number = step * rows + row;
      int index = index(number);
      int down = shift(number, 1);
      int right = shift(number, 2);
      pictures.copy(index, pixels, row * pictures.size(), down, right);
      labels[row] = pictures.label(index);
    }
    List<Feature> features = shape().features();
    return Batch.of(
        rows, new Column.Bytes(features.get(0), pixels), new Column.Ints(features.get(1), labels));
  }

  private int index(long number) {
    int count = pictures.count();
    int place = Math.floorMod(number, count);
    if (shuffle == null) {
      return place;
    }
    long key = Mix.of(Mix.of(shuffle.seed()) + Math.floorDiv(number, count));
    return (int) new Permutation(count, key).at(place);
  }

  private int shift(long number, int direction) {
    if (shuffle == null || shuffle.shift() == 0) {
      return 0;
    }
    long random = Mix.of(Mix.of(~shuffle.seed() + number) + direction * Mix.GAMMA);
    return (int) Mix.below(random, 2L * shuffle.shift() + 1) - shuffle.shift();
  }

  private BatchShape shape() {
    return new BatchShape(
        rows,
        List.of(
            Feature.bytes(PIXELS, pictures.height(), pictures.width(), 1), Feature.ints(LABELS)));
  }
}
