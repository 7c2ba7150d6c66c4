package org.tflion.train.data;

import org.tflion.Require;

/**
 * Draws the batch of any step: rows that start anywhere in a source, each place as likely.
 *
 * <p>A batch depends on the seed and the step alone, so the position in the data needs no saving:
 * it is the step. Row {@code r} of step {@code s} starts at
 *
 * <pre>{@code
 * floor(u * places / 2^63),  places = length - context
 * u = mix(mix(mix(seed) + s) + (r + 1) * gamma) >>> 1
 * }</pre>
 *
 * <p>with {@code mix} and {@code gamma} of SplitMix64, spelled out here because the random classes
 * of the JDK do not promise the same numbers in every release. A place is more or less likely than
 * another by at most {@code places / 2^63}.
 *
 * @see <a href="https://doi.org/10.1145/2660193.2660195">Steele, Lea and Flood, 2014</a>
 */
public final class Sampler {

  private static final long GAMMA = 0x9e3779b97f4a7c15L;

  private final TokenSource source;
  private final int batch;
  private final int context;
  private final long key;

  /**
   * A sampler of batches of shape [batch, context + 1].
   *
   * @param batch rows; above 0
   * @param context tokens of a row, but for the one more that is only a target; above 0
   * @throws IllegalArgumentException if a number is out of range, a batch does not fit into an
   *     array, or the source is shorter than one row
   */
  public Sampler(TokenSource source, int batch, int context, long seed) {
    Require.that(batch > 0, "Sampler: batch must be above 0", batch);
    Require.that(context > 0, "Sampler: context must be above 0", context);
    long row = context + 1L;
    Require.that(
        batch * row < Integer.MAX_VALUE - 8L,
        "Sampler: batch * (context + 1) must be below 2^31, use a smaller batch",
        batch * row);
    if (source.length() < row) {
      throw new IllegalArgumentException(
          "context %d needs at least %d tokens, %s has %d: use a shorter context or more data"
              .formatted(context, row, source, source.length()));
    }
    this.source = source;
    this.batch = batch;
    this.context = context;
    this.key = mix(seed);
  }

  /**
   * The batch of one step, the same whenever and wherever it is asked for.
   *
   * @param step any number
   */
  public Batch at(long step) {
    int length = context + 1;
    int[] tokens = new int[batch * length]; // [batch, context + 1]
    for (int row = 0; row < batch; row++) {
      source.copy(start(step, row), tokens, row * length, length);
    }
    return new Batch(tokens, batch, length);
  }

  /** Where a row starts: in [0, length - context - 1]. */
  long start(long step, int row) {
    long uniform = mix(mix(key + step) + (row + 1) * GAMMA) >>> 1;
    long places = source.length() - context;
    // The high half of a product by 2 * places is floor(uniform * places / 2^63).
    return Math.multiplyHigh(uniform, 2 * places);
  }

  /** Tokens of a row that are inputs. */
  public int context() {
    return context;
  }

  /** The finalizer of SplitMix64: each bit of the input flips half of the output's. */
  private static long mix(long x) {
    long z = (x ^ (x >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
