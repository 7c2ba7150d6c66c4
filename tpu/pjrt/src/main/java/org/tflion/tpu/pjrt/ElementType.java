package org.tflion.tpu.pjrt;

/** Types of the elements of a buffer, in the order of {@code PJRT_Buffer_Type}. */
@SuppressWarnings("EnumOrdinal") // the numbers of the C API, in its order
public enum ElementType {
  INVALID(0),
  PRED(1),
  S8(1),
  S16(2),
  S32(4),
  S64(8),
  U8(1),
  U16(2),
  U32(4),
  U64(8),
  F16(2),
  F32(4),
  F64(8),
  BF16(2);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** Returns the size of one element on the host, in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Returns the number in the C API. */
  int number() {
    return ordinal();
  }

  static ElementType of(long number) {
    return number >= 0 && number < values().length ? values()[(int) number] : INVALID;
  }
}
