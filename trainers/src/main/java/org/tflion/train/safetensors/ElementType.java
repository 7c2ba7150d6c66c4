package org.tflion.train.safetensors;

import java.nio.ByteBuffer;

/** How a file stores the numbers of a tensor, all of them little-endian. */
public enum ElementType {
  BOOL(1),
  U8(1),
  I8(1),
  F8_E4M3(1),
  F8_E5M2(1),
  I16(2),
  U16(2),
  F16(2),
  BF16(2),
  I32(4),
  U32(4),
  F32(4),
  I64(8),
  U64(8),
  F64(8);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one number. */
  public int bytes() {
    return bytes;
  }

  /** Whether {@link #next} reads it. */
  boolean isFloat32OrLess() {
    return this == F32 || this == F16 || this == BF16;
  }

  /** The next number, which float32 holds exactly. */
  float next(ByteBuffer from) {
    return switch (this) {
      case F32 -> from.getFloat();
      case BF16 -> Float.intBitsToFloat(from.getShort() << 16);
      case F16 -> half(from.getShort());
      default -> throw new IllegalStateException(this + " is not read as float32");
    };
  }

  /**
   * IEEE 754 binary16: a sign, 5 bits of exponent with bias 15, 10 bits of fraction.
   *
   * @param bits all 16
   */
  static float half(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = bits >>> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    if (exponent == 0) {
      float small = fraction * 0x1p-24f;
      return sign == 0 ? small : -small;
    }
    int wide = exponent == 0x1f ? 0xff : exponent - 15 + 127;
    return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
  }
}
