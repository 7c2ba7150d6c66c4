package org.tflion.tpu;

/** Kinds of failure, with the numbers and meanings that gRPC, TensorFlow and PJRT share. */
@SuppressWarnings("EnumOrdinal") // the numbers of the protocols, in their order
public enum StatusCode {
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

  /** Returns the number on the wire. */
  public int number() {
    return ordinal();
  }

  /** Returns the kind with a number on the wire; {@link #UNKNOWN} for numbers without one. */
  public static StatusCode of(long number) {
    return number >= 0 && number < values().length ? values()[(int) number] : UNKNOWN;
  }
}
