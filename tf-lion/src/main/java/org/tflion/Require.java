package org.tflion;

/** Refusals of wrong arguments, all worded alike: who, the rule, and what it got. */
public final class Require {

  private Require() {}

  /**
   * Refuses unless the condition holds.
   *
   * @param holds the rule, written positively ({@code x > 0}) so that NaN fails it
   * @param rule who refuses and what must be, such as {@code "Lion: beta1 must be in [0, 1)"}
   * @param got the offending value
   * @throws IllegalArgumentException if {@code holds} is false
   */
  public static void that(boolean holds, String rule, Object got) {
    if (!holds) {
      throw new IllegalArgumentException(rule + " (got " + got + ")");
    }
  }

  /**
   * Refuses anything but a finite number above 0.
   *
   * @throws IllegalArgumentException if {@code value} is NaN, infinite, zero or negative
   */
  public static void positive(String what, double value) {
    that(value > 0 && Double.isFinite(value), what + " must be finite and above 0", value);
  }

  /**
   * Refuses anything but a finite number of 0 or more.
   *
   * @throws IllegalArgumentException if {@code value} is NaN, infinite or negative
   */
  public static void notNegative(String what, double value) {
    that(value >= 0 && Double.isFinite(value), what + " must be finite and 0 or more", value);
  }

  /**
   * Refuses anything outside [0, 1), the range of a moving average's share of the old value.
   *
   * @throws IllegalArgumentException if {@code value} is NaN or outside the range
   */
  public static void share(String what, double value) {
    that(value >= 0 && value < 1, what + " must be in [0, 1)", value);
  }
}
