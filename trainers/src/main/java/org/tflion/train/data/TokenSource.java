package org.tflion.train.data;

/**
 * A long sequence of tokens, read from any place. Sources are immutable and safe for threads; their
 * {@code toString} names them in refusals.
 */
public interface TokenSource {

  /** Number of tokens. */
  long length();

  /**
   * Copies tokens {@code [from, from + count)} to {@code into[offset ...]}.
   *
   * @throws IndexOutOfBoundsException if either range is not wholly inside
   */
  void copy(long from, int[] into, int offset, int count);

  /**
   * The tokens {@code [from, to)} as a source of their own; nothing is copied.
   *
   * @throws IndexOutOfBoundsException if the range is not wholly inside
   */
  default TokenSource slice(long from, long to) {
    return new TokenSlice(this, from, to, "tokens " + from + " to " + to + " of " + this);
  }
}
