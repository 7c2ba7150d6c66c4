package org.tflion.tpu.rpc;

import java.io.IOException;
import org.tflion.tpu.StatusCode;

/** A server refused a call, failed it, or could not be reached in time. */
public final class RpcException extends IOException {

  private static final long serialVersionUID = 1;

  private final StatusCode code;

  RpcException(StatusCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** Returns the kind of failure. */
  public StatusCode code() {
    return code;
  }
}
