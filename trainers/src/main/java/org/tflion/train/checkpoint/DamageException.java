package org.tflion.train.checkpoint;

import org.jspecify.annotations.Nullable;

/** A checkpoint is not what was saved: an older one may do instead. */
final class DamageException extends CheckpointException {

  private static final long serialVersionUID = 1;

  DamageException(String message) {
    super("Checkpoint: " + message);
  }

  DamageException(String message, @Nullable Throwable cause) {
    super("Checkpoint: " + message, cause);
  }
}
