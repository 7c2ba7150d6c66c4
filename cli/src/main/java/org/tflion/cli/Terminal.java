package org.tflion.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;

/** What the launcher found out about where the output goes. */
final class Terminal {

  private Terminal() {}

  /** Width of the terminal that a person watches, or 0: progress is then lines instead of a bar. */
  static int columns() {
    return Integer.getInteger("tflion.columns", 0);
  }

  /**
   * The user's standard error. The launcher points descriptor 2, on which native libraries chatter,
   * elsewhere, and names the descriptor that it kept.
   *
   * <p>The descriptor itself is wrapped: opening {@code /dev/fd/N} would write to a redirected file
   * at a position of its own, over what others write there.
   */
  static PrintStream standardError() {
    Integer kept = Integer.getInteger("tflion.stderr");
    if (kept == null) {
      return System.err;
    }
    try {
      Constructor<FileDescriptor> wrap = FileDescriptor.class.getDeclaredConstructor(int.class);
      wrap.setAccessible(true);
      FileOutputStream stream = new FileOutputStream(wrap.newInstance(kept));
      return new PrintStream(stream, true, StandardCharsets.UTF_8);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("the launcher must open java.io for reflection", e);
    }
  }
}
