package org.tflion.cli.verify;

import java.util.Locale;

/**
 * What came of one case in one way of computing it.
 *
 * @param name of the case
 * @param mode such as {@code float32 xla}, or empty for a case that is not known
 * @param status whether it holds
 * @param error largest difference from the reference, relative above 1
 * @param tolerance largest that is allowed
 */
public record Outcome(String name, String mode, Status status, double error, double tolerance) {

  /** Whether a case holds. */
  public enum Status {
    PASSED,
    FAILED,
    UNKNOWN
  }

  static Outcome of(String name, String mode, double error, double tolerance) {
    // Written so that NaN fails.
    Status status = error <= tolerance ? Status.PASSED : Status.FAILED;
    return new Outcome(name, mode, status, error, tolerance);
  }

  static Outcome unknown(String name) {
    return new Outcome(name, "", Status.UNKNOWN, 0, 0);
  }

  @Override
  public String toString() {
    if (status == Status.UNKNOWN) {
      return String.format(Locale.ROOT, "%-32s unknown, not checked", name);
    }
    return String.format(
        Locale.ROOT,
        "%-32s %-14s %-6s largest error %.1e of %.0e",
        name,
        mode,
        status == Status.PASSED ? "ok" : "FAILED",
        error,
        tolerance);
  }
}
