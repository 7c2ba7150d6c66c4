package org.tflion.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** Where results go; remembers the first failure, which writers of text keep to themselves. */
final class Output extends FilterOutputStream {

  private @Nullable IOException failure;

  Output(OutputStream out) {
    super(out);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    try {
      out.write(bytes, from, length);
    } catch (IOException e) {
      failure = failure == null ? e : failure;
      throw e;
    }
  }

  /**
   * Why not all of the results have arrived; null if they have, or if the reader has seen enough
   * and closed the pipe.
   */
  @Nullable String failure() {
    String reason = failure == null ? null : String.valueOf(failure.getMessage());
    return reason == null || reason.contains("Broken pipe") ? null : reason;
  }
}
