package org.tflion.discovery.network;

import java.util.SplittableRandom;

/**
 * Sequences of bytes to predict the next byte of.
 *
 * <p>Bytes are numbered in the order of their values among those that occur. The last twentieth of
 * the text is the test split, the twentieth before it the validation split; training sequences
 * start anywhere in the rest.
 */
public final class Text implements Batches {

  private static final int MEASURED_BATCHES = 8;

  private final byte[] tokens;
  private final int classes;
  private final int context;
  private final int sequences;
  private final long seed;

  /**
   * A text in memory.
   *
   * @param bytes of the text; a twentieth of it must be longer than the context
   * @param context tokens in a sequence; above 0
   * @param sequences in a batch; above 0
   */
  public Text(byte[] bytes, int context, int sequences) {
    if (context <= 0 || sequences <= 0 || bytes.length / 20 <= context) {
      throw new IllegalArgumentException(
          "Text: a twentieth of it must be longer than a context, and sizes above 0 (got "
              + bytes.length
              + " bytes, context "
              + context
              + ", "
              + sequences
              + " sequences)");
    }
    int[] numbers = new int[256];
    for (byte b : bytes) {
      numbers[b & 0xFF] = 1;
    }
    int count = 0;
    for (int i = 0; i < numbers.length; i++) {
      int occurs = numbers[i];
      numbers[i] = count;
      count += occurs;
    }
    this.tokens = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      tokens[i] = (byte) numbers[bytes[i] & 0xFF];
    }
    this.classes = count;
    this.context = context;
    this.sequences = sequences;
    this.seed = 0;
  }

  private Text(Text data, long seed) {
    this.tokens = data.tokens;
    this.classes = data.classes;
    this.context = data.context;
    this.sequences = data.sequences;
    this.seed = seed;
  }

  @Override
  public long seed() {
    return seed;
  }

  @Override
  public Text reseeded(long value) {
    return new Text(this, value);
  }

  @Override
  public int rows() {
    return sequences * context;
  }

  @Override
  public int width() {
    return 1;
  }

  @Override
  public int classes() {
    return classes;
  }

  @Override
  public int count(Split split) {
    return split == Split.TRAIN ? Integer.MAX_VALUE : MEASURED_BATCHES;
  }

  @Override
  public void fill(Split split, int index, float[][] inputs, int[] labels) {
    int twentieth = tokens.length / 20;
    int train = tokens.length - 2 * twentieth;
    int from = split == Split.TRAIN ? 0 : split == Split.VALIDATION ? train : train + twentieth;
    int length = split == Split.TRAIN ? train : twentieth;
    // The test split is the same for every seed.
    long drawn = split == Split.TEST ? 0 : seed;
    var random = new SplittableRandom(drawn * 0x9E3779B97F4A7C15L + index);
    for (int i = 0; i < sequences; i++) {
      int start = from + random.nextInt(length - context);
      for (int j = 0; j < context; j++) {
        inputs[i * context + j][0] = tokens[start + j] & 0xFF;
        labels[i * context + j] = tokens[start + j + 1] & 0xFF;
      }
    }
  }
}
