package org.tflion.train.data.source;

import java.util.Arrays;
import java.util.Optional;

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
   * @throws java.io.UncheckedIOException if a file has changed or cannot be read any more
   */
  void copy(long from, int[] into, int offset, int count);

  /** Whether it knows where its documents end. */
  default boolean separates() {
    return false;
  }

  /** How they lie in files; none if they do not, or rows are more than that. */
  default Optional<FileTokens> inFiles() {
    return Optional.empty();
  }

  /**
   * Numbers the documents that tokens {@code [from, from + count)} belong to, in {@code into[offset
   * ...]}: from 0 for that of the first, one more at every document that follows.
   *
   * @throws IndexOutOfBoundsException if either range is not wholly inside
   */
  default void segments(long from, int[] into, int offset, int count) {
    Arrays.fill(into, offset, offset + count, 0);
  }
}
