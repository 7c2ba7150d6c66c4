package org.tflion.discovery.interpret;

/**
 * Exponentials and logarithms for results that are rounded to single precision.
 *
 * <p>Arguments are floats, results carry a relative error of at most 2e-9, thirty times below the
 * rounding of a float. Infinities and NaN come out as from {@link Math}, except that what lies
 * beyond the range of a float need only be infinite, or zero, after rounding.
 */
final class Single {

  private static final double LN2 = Math.log(2);
  private static final double LOG2_E = 1 / LN2;

  /** A float is infinite above exp(89) and zero below exp(-104); doubles here stay finite. */
  private static final double LARGEST = 150;

  /** Half of log 2: what is left of an exponent without a power of two. */
  private static final double REDUCED = 0.35;

  /** Where {@link #areaOfTangent} needs no reduction. */
  private static final double NEAR = 0.172;

  private static final double SQRT_2 = Math.sqrt(2);
  private static final int MANTISSA = 52;
  private static final int BIAS = 1023;

  /** A double this large has no fraction: adding it rounds, and its last bits are the integer. */
  private static final double ROUNDING = 1.5 * (1L << MANTISSA);

  private Single() {}

  static double exp(double x) {
    double bounded = x > LARGEST ? LARGEST : x < -LARGEST ? -LARGEST : x;
    double rounded = bounded * LOG2_E + ROUNDING;
    double power = rounded - ROUNDING;
    double scale =
        Double.longBitsToDouble((Double.doubleToRawLongBits(rounded) + BIAS) << MANTISSA);
    return scale + scale * reducedExpm1(bounded - power * LN2);
  }

  static double expm1(double x) {
    return Math.abs(x) < REDUCED ? reducedExpm1(x) : exp(x) - 1;
  }

  /** {@code exp(x) - 1} by its series; the first term left out is below 8e-10 of the sum. */
  private static double reducedExpm1(double x) {
    double square = x * x;
    double low = 1.0 / 2 + x * (1.0 / 6);
    double middle = 1.0 / 24 + x * (1.0 / 120);
    double high = 1.0 / 720 + x * (1.0 / 5040) + square * (1.0 / 40320);
    return x + square * (low + square * (middle + square * high));
  }

  static double sinh(double x) {
    double grown = expm1(Math.abs(x));
    return Math.copySign((grown + grown / (grown + 1)) / 2, x);
  }

  static double cosh(double x) {
    double grown = exp(Math.abs(x));
    return (grown + 1 / grown) / 2;
  }

  static double tanh(double x) {
    double grown = expm1(2 * Math.abs(x));
    return Math.copySign(grown / (grown + 2), x);
  }

  /** Of a number that is not negative. */
  static double log(double x) {
    if (!(x > 0 && x < Double.POSITIVE_INFINITY)) {
      return Math.log(x);
    }
    long bits = Double.doubleToRawLongBits(x);
    long exponent = (bits >>> MANTISSA) - BIAS;
    double fraction = Double.longBitsToDouble(bits - (exponent << MANTISSA)); // [1, 2)
    if (fraction > SQRT_2) {
      fraction /= 2;
      exponent++;
    }
    return exponent * LN2 + 2 * areaOfTangent((fraction - 1) / (fraction + 1));
  }

  /** {@code log |1 + x|}. */
  static double log1p(double x) {
    double tangent = x / (2 + x);
    return Math.abs(tangent) < NEAR ? 2 * areaOfTangent(tangent) : log(Math.abs(1 + x));
  }

  static double arcsinh(double x) {
    double size = Math.abs(x);
    double root = Math.sqrt(1 + x * x);
    // The root alone would cancel near zero, and the quotient is no number at infinity.
    double area = size > 1 ? log(size + root) : log1p(size + x * x / (1 + root));
    return Math.copySign(area, x);
  }

  static double arccosh(double x) {
    double above = x - 1;
    // Two roots, because their product is positive below -1 too.
    return log1p(above + Math.sqrt(above) * Math.sqrt(above + 2));
  }

  static double arctanh(double x) {
    return Math.abs(x) < NEAR ? areaOfTangent(x) : log((1 + x) / (1 - x)) / 2;
  }

  /** The inverse of tanh by its series; the first term left out is below 6e-11 of the sum. */
  private static double areaOfTangent(double x) {
    double s = x * x;
    double fourth = s * s;
    double low = 1.0 / 3 + s * (1.0 / 5);
    double high = 1.0 / 7 + s * (1.0 / 9) + fourth * (1.0 / 11);
    return x + x * s * (low + fourth * high);
  }
}
