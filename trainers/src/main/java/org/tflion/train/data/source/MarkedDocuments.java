package org.tflion.train.data.source;

import java.util.Objects;

/**
 * Tokens among which one marks the end of every document, as in the files of nanoGPT.
 *
 * @param tokens the source
 * @param mark the last token of a document
 */
public record MarkedDocuments(TokenSource tokens, int mark) implements TokenSource {

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
    int[] read = new int[count];
    tokens.copy(from, read, 0, count);
    int document = 0;
    for (int i = 0; i < count; i++) {
      into[offset + i] = document;
      document += read[i] == mark ? 1 : 0;
    }
  }

  @Override
  public String toString() {
    return tokens.toString();
  }
}
