package org.tflion.train.shard;

import java.util.Optional;
import java.util.regex.Pattern;
import org.tensorflow.exceptions.TensorFlowException;

/**
 * A worker is out of reach. Whatever else a worker reports is a fault of the program or its data.
 */
public final class LostWorkerException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /**
   * What TensorFlow says when a worker dies, hangs, or has forgotten the session. Java has no class
   * of their own for these codes.
   */
  private static final Pattern LOST =
      Pattern.compile(
          "unavailable|connection reset|connection refused|failed to connect|socket closed"
              + "|deadline exceeded|timed out|step \\d+ cancelled|session .*not found"
              + "|session handle is not found|cancelled by remote|worker .* (?:restarted|lost)"
              + "|aborted|end of tcp stream|broken pipe|keepalive",
          Pattern.CASE_INSENSITIVE);

  private static final int LONGEST = 160;

  public LostWorkerException(String message) {
    super(message);
  }

  /** What happened to a worker, if that is why something failed. */
  public static Optional<String> in(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      boolean bare = cause.getClass() == TensorFlowException.class;
      if (cause instanceof LostWorkerException || (bare && LOST.matcher(message).find())) {
        String line = message.lines().findFirst().orElse("").strip();
        return Optional.of(line.length() > LONGEST ? line.substring(0, LONGEST) + "..." : line);
      }
    }
    return Optional.empty();
  }
}
