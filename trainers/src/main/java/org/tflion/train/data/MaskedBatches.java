package org.tflion.train.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows of text with holes: a function of the seed and the number of the batch alone.
 *
 * <p>Of the T tokens of a row, {@code M = max(1, round(0.15 T))} at different places, each as
 * likely, are to be told. Of ten of them eight are replaced by the hole, one by any token of the
 * vocabulary, each as likely, and one stays as it is.
 *
 * @see <a href="https://arxiv.org/abs/1810.04805">Devlin et al., 2019, section 3.1, task 1</a>
 */
final class MaskedBatches {

  /** Section 3.1 of the paper: 15 % of the tokens; of these 80 % holes and 10 % random. */
  private static final double SHARE = 0.15;

  private static final int TENTHS_OF_HOLES = 8;

  private final Batches whole;
  private final int vocabulary;
  private final long key;
  private final int length;
  private final int holes;

  /**
   * Makes holes in rows.
   *
   * @param whole with a feature of tokens
   * @param vocabulary of the tokenizer, which is the number of the hole as well
   */
  static Batches of(Batches whole, int vocabulary, long seed) {
    MaskedBatches masked = new MaskedBatches(whole, vocabulary, seed);
    return Batches.of(masked.shape(), masked.length, masked::at);
  }

  private MaskedBatches(Batches whole, int vocabulary, long seed) {
    this.whole = whole;
    this.vocabulary = vocabulary;
    this.key = Mix.of(seed ^ Mix.GAMMA);
    this.length = whole.shape().features().get(0).shape().get(0);
    this.holes = Math.max(1, (int) Math.round(SHARE * length));
  }

  private Batch at(long step) {
    Batch rows = whole.at(step);
    int[] tokens = rows.ints(TextRows.TOKENS).clone(); // [rows, T]
    int[] positions = new int[rows.size() * holes]; // [rows, M]
    int[] targets = new int[positions.length]; // [rows, M]
    for (int row = 0; row < rows.size(); row++) {
      long own = Mix.of(Mix.of(key + step) + (row + 1) * Mix.GAMMA);
      int[] places = places(own);
      for (int i = 0; i < holes; i++) {
        int at = row * length + places[i];
        positions[row * holes + i] = places[i];
        targets[row * holes + i] = tokens[at];
        tokens[at] = replacement(tokens[at], Mix.of(own + (i + 1) * Mix.GAMMA));
      }
    }
    List<Column> columns = new ArrayList<>();
    columns.add(new Column.Ints(Feature.ints(TextRows.TOKENS, length), tokens));
    columns.add(new Column.Ints(Feature.ints("positions", holes), positions));
    columns.add(new Column.Ints(Feature.ints("targets", holes), targets));
    rows.columns().stream()
        .filter(column -> column.feature().name().equals(TextRows.SEGMENTS))
        .forEach(columns::add);
    return new Batch(rows.size(), columns);
  }

  /** Different places of a row, ascending. */
  private int[] places(long own) {
    Permutation shuffle = new Permutation(length, own);
    int[] places = new int[holes];
    for (int i = 0; i < holes; i++) {
      places[i] = (int) shuffle.at(i);
    }
    Arrays.sort(places);
    return places;
  }

  private int replacement(int token, long random) {
    long tenth = Mix.below(random, 10);
    if (tenth < TENTHS_OF_HOLES) {
      return vocabulary;
    }
    return tenth == TENTHS_OF_HOLES ? (int) Mix.below(Mix.of(random), vocabulary) : token;
  }

  private BatchShape shape() {
    List<Feature> features = new ArrayList<>();
    features.add(Feature.ints(TextRows.TOKENS, length));
    features.add(Feature.ints("positions", holes));
    features.add(Feature.ints("targets", holes));
    whole.shape().features().stream()
        .filter(feature -> feature.name().equals(TextRows.SEGMENTS))
        .forEach(features::add);
    return new BatchShape(whole.shape().rows(), features);
  }
}
