package org.tflion.train.checkpoint;

/** A checkpoint cannot be used, and why, in one sentence for the user. */
public final class CheckpointException extends RuntimeException {

  private static final long serialVersionUID = 1;

  public CheckpointException(String message) {
    super(message);
  }

  public CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
