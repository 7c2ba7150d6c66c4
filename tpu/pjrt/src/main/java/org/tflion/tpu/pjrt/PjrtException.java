package org.tflion.tpu.pjrt;

import org.tflion.tpu.StatusCode;

/** A plugin refused or failed a call; the message is the plugin's own text after the function. */
public final class PjrtException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final StatusCode code;

  PjrtException(StatusCode code, String message) {
    super(message);
    this.code = code;
  }

  /** Returns the kind of failure. */
  public StatusCode code() {
    return code;
  }
}
