package org.tflion.tpu.run;

/** A device, or the plugin that drives it, failed; the message has the plugin's own text. */
public final class AcceleratorException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** Makes the failure of a plugin one of its device. */
  public AcceleratorException(String message, Throwable cause) {
    super(message, cause);
  }
}
