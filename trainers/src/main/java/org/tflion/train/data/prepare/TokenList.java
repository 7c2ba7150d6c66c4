package org.tflion.train.data.prepare;

import java.util.Arrays;

/** Tokens that become more. */
final class TokenList {

  private int[] tokens = new int[1024];
  private int size;

  int size() {
    return size;
  }

  /** The newest; there must be one. */
  int last() {
    return tokens[size - 1];
  }

  void add(int token) {
    if (size == tokens.length) {
      tokens = Arrays.copyOf(tokens, larger(1));
    }
    tokens[size++] = token;
  }

  void addAll(int[] more) {
    if (more.length > tokens.length - size) {
      tokens = Arrays.copyOf(tokens, larger(more.length));
    }
    System.arraycopy(more, 0, tokens, size, more.length);
    size += more.length;
  }

  private int larger(int more) {
    int least = Math.addExact(size, more);
    return (int) Math.max(least, Math.min(size + (size >> 1) + 1L, Integer.MAX_VALUE - 8L));
  }

  int[] toArray() {
    return Arrays.copyOf(tokens, size);
  }
}
