package org.tflion.train.checkpoint;

import org.jspecify.annotations.Nullable;

/** A checkpoint cannot be used or made, and why, in one sentence for the user. */
public class CheckpointException extends RuntimeException {

  private static final long serialVersionUID = 1;

  public CheckpointException(String message) {
    super(message);
  }

  public CheckpointException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
