package org.tflion.train.data;

import java.util.Objects;

/** Tokens {@code [from, to)} of another source, under a name of its own. */
record TokenSlice(TokenSource source, long from, long to, String name) implements TokenSource {

  TokenSlice {
    Objects.checkFromToIndex(from, to, source.length());
  }

  @Override
  public long length() {
    return to - from;
  }

  @Override
  public void copy(long start, int[] into, int offset, int count) {
    Objects.checkFromIndexSize(start, (long) count, length());
    source.copy(from + start, into, offset, count);
  }

  @Override
  public String toString() {
    return name;
  }
}
