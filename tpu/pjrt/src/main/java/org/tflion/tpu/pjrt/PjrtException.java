package org.tflion.tpu.pjrt;

/** A plugin refused or failed a call; the message is the plugin's own text after the function. */
public final class PjrtException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** The kinds of failure, with the meanings of {@code absl::StatusCode}. */
  @SuppressWarnings("EnumOrdinal") // the numbers of the C API, in its order
  public enum Code {
    OK,
    CANCELLED,
    UNKNOWN,
    INVALID_ARGUMENT,
    DEADLINE_EXCEEDED,
    NOT_FOUND,
    ALREADY_EXISTS,
    PERMISSION_DENIED,
    RESOURCE_EXHAUSTED,
    FAILED_PRECONDITION,
    ABORTED,
    OUT_OF_RANGE,
    UNIMPLEMENTED,
    INTERNAL,
    UNAVAILABLE,
    DATA_LOSS,
    UNAUTHENTICATED;

    /** Returns the number in the C API. */
    int number() {
      return ordinal();
    }

    static Code of(long number) {
      return number >= 0 && number < values().length ? values()[(int) number] : UNKNOWN;
    }
  }

  private final Code code;

  PjrtException(Code code, String message) {
    super(message);
    this.code = code;
  }

  /** Returns the kind of failure. */
  public Code code() {
    return code;
  }
}
