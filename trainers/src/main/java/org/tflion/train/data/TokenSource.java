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
}
