package org.tflion.train.data.source;

import java.util.Arrays;
import java.util.Objects;
import org.tflion.Require;

/** Tokens of which it is known where each document ends. */
public final class Documents implements TokenSource {

  private final TokenSource tokens;
  private final long[] ends;

  /**
   * Marks the documents of a source.
   *
   * @param ends position after the last token of each document, increasing; the last is the length
   *     of the source // [documents]
   * @throws IllegalArgumentException if they are not
   */
  public Documents(TokenSource tokens, long[] ends) {
    long before = 0;
    for (long end : ends) {
      Require.that(end > before, "Documents: ends of " + tokens + " must increase from 1", end);
      before = end;
    }
    Require.that(
        before == tokens.length(), "Documents: the last end must be " + tokens.length(), before);
    this.tokens = tokens;
    this.ends = ends.clone();
  }

  @Override
  public long length() {
    return tokens.length();
  }

  @Override
  public void copy(long from, int[] into, int offset, int count) {
    tokens.copy(from, into, offset, count);
  }

  @Override
  public boolean separates() {
    return true;
  }

  @Override
  public void segments(long from, int[] into, int offset, int count) {
    Objects.checkFromIndexSize(from, (long) count, length());
    int found = Arrays.binarySearch(ends, from);
    int first = found >= 0 ? found + 1 : -found - 1; // The first document that ends after `from`.
    for (int i = 0, document = first; i < count; i++) {
      if (from + i == ends[document]) {
        document++;
      }
      into[offset + i] = document - first;
    }
  }

  @Override
  public String toString() {
    return tokens.toString();
  }
}
