package org.tflion.discovery.program;

import java.math.BigDecimal;

/**
 * A number written in the program; it broadcasts over whatever it meets.
 *
 * @param value finite; two constants are equal if they print alike
 */
public record Constant(double value) implements Argument {

  private static final double SMALLEST_PLAIN = 1e-7;
  private static final double LARGEST_PLAIN = 1e15;

  public Constant {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("Constant: value must be finite (got " + value + ")");
    }
  }

  /** The shortest text that reads back as this number, without an exponent where it is short. */
  @Override
  public String toString() {
    String shortest = Double.toString(value);
    double size = Math.abs(value);
    // Zero too, because a BigDecimal would lose the sign of a negative one.
    if (size < SMALLEST_PLAIN || size >= LARGEST_PLAIN) {
      return shortest.replace('E', 'e');
    }
    String plain = new BigDecimal(shortest).stripTrailingZeros().toPlainString();
    return plain.contains(".") ? plain : plain + ".0";
  }
}
