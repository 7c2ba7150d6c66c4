package org.tflion.train.data.source;

import java.util.Objects;

/** Tokens in memory. */
public final class TokenArray implements TokenSource {

  private final int[] tokens;

  /** Keeps the array itself, which must not change any more. */
  public TokenArray(int[] tokens) {
    this.tokens = tokens;
  }

  @Override
  public long length() {
    return tokens.length;
  }

  @Override
  public void copy(long from, int[] into, int offset, int count) {
    Objects.checkFromIndexSize(from, (long) count, length());
    System.arraycopy(tokens, (int) from, into, offset, count);
  }

  @Override
  public String toString() {
    return tokens.length + " tokens in memory";
  }
}
