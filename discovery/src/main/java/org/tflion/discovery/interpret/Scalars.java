package org.tflion.discovery.interpret;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.tflion.discovery.program.Function;

/** What the functions of one argument do to one number. */
public final class Scalars {

  /** What division adds to its denominator, and what {@code get_eps} returns. */
  public static final double EPSILON = 1e-8;

  private static final double LN2 = Math.log(2);

  /** Beyond this, one more than a square is that square in double precision. */
  private static final double LARGE = 1e8;

  private static final Map<Function, DoubleUnaryOperator> MAPS = new EnumMap<>(Function.class);

  static {
    MAPS.put(Function.ABS, Math::abs);
    MAPS.put(Function.COS, Math::cos);
    MAPS.put(Function.SIN, Math::sin);
    MAPS.put(Function.TAN, Math::tan);
    MAPS.put(Function.ARCSIN, Math::asin);
    MAPS.put(Function.ARCCOS, Math::acos);
    MAPS.put(Function.ARCTAN, Math::atan);
    MAPS.put(Function.SINH, Math::sinh);
    MAPS.put(Function.COSH, Math::cosh);
    MAPS.put(Function.TANH, Math::tanh);
    MAPS.put(Function.ARCSINH, Scalars::arcsinh);
    MAPS.put(Function.ARCCOSH, Scalars::arccosh);
    MAPS.put(Function.ARCTANH, x -> (Math.log1p(x) - Math.log1p(-x)) / 2);
    MAPS.put(Function.EXP, Math::exp);
    MAPS.put(Function.EXP2, x -> Math.pow(2, x));
    MAPS.put(Function.EXP10, x -> Math.pow(10, x));
    MAPS.put(Function.EXPM1, Math::expm1);
    MAPS.put(Function.LOG, x -> Math.log(Math.abs(x)));
    MAPS.put(Function.LOG10, x -> Math.log10(Math.abs(x)));
    MAPS.put(Function.LOG2, x -> Math.log(Math.abs(x)) / LN2);
    MAPS.put(Function.LOG1P, x -> x > -1 ? Math.log1p(x) : Math.log(Math.abs(1 + x)));
    MAPS.put(Function.SQUARE, x -> x * x);
    MAPS.put(Function.SQRT, x -> Math.sqrt(Math.abs(x)));
    MAPS.put(Function.CUBE, x -> x * x * x);
    MAPS.put(Function.CBRT, Math::cbrt);
    MAPS.put(Function.SIGN, Math::signum);
    MAPS.put(Function.RECIPROCAL, x -> 1 / x);
    MAPS.put(Function.NEGATIVE, x -> -x);
  }

  private Scalars() {}

  /**
   * A function of one argument.
   *
   * @throws IllegalArgumentException if the function is not one that maps numbers to numbers
   */
  public static DoubleUnaryOperator of(Function function) {
    DoubleUnaryOperator map = MAPS.get(function);
    if (map == null) {
      throw new IllegalArgumentException(
          "Scalars: the function must map one number to one (got " + function.text() + ")");
    }
    return map;
  }

  /** The value of a function without arguments. */
  public static double constant(Function function) {
    return switch (function) {
      case GET_PI -> Math.PI;
      case GET_E -> Math.E;
      case GET_EPS -> EPSILON;
      default ->
          throw new IllegalArgumentException(
              "Scalars: the function must take no argument (got " + function.text() + ")");
    };
  }

  /** {@code log(x + sqrt(x^2 + 1))} without cancellation near zero. */
  private static double arcsinh(double x) {
    double size = Math.abs(x);
    if (size > LARGE) {
      return Math.copySign(Math.log(size) + LN2, x);
    }
    double square = size * size;
    return Math.copySign(Math.log1p(size + square / (1 + Math.sqrt(1 + square))), x);
  }

  /** {@code log(x + sqrt(x^2 - 1))} without cancellation near one; NaN below one. */
  private static double arccosh(double x) {
    if (x > LARGE) {
      return Math.log(x) + LN2;
    }
    double above = x - 1;
    // Two roots, because their product is positive below -1 too.
    return Math.log1p(above + Math.sqrt(above) * Math.sqrt(above + 2));
  }
}
