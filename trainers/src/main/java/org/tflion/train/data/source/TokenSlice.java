package org.tflion.train.data.source;

import java.util.Objects;
import java.util.Optional;

/** Tokens {@code [from, to)} of another source, under a name of its own. */
public record TokenSlice(TokenSource source, long from, long to, String name)
    implements TokenSource {

  public TokenSlice {
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
  public Optional<FileTokens> inFiles() {
    return source.inFiles().map(files -> files.after(from));
  }

  @Override
  public boolean separates() {
    return source.separates();
  }

  @Override
  public void segments(long start, int[] into, int offset, int count) {
    Objects.checkFromIndexSize(start, (long) count, length());
    source.segments(from + start, into, offset, count);
  }

  @Override
  public String toString() {
    return name;
  }
}
