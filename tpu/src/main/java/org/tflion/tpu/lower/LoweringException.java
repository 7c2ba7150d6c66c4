package org.tflion.tpu.lower;

/** A graph cannot become one XLA program; the message names the operation that is in the way. */
public final class LoweringException extends RuntimeException {

  private static final long serialVersionUID = 1;

  LoweringException(String message) {
    super(message);
  }
}
