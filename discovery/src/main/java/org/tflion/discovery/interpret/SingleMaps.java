package org.tflion.discovery.interpret;

import org.jspecify.annotations.Nullable;
import org.tflion.discovery.interpret.Arithmetic.Map;
import org.tflion.discovery.program.Function;

/**
 * Functions of one argument in single precision, each a loop of its own.
 *
 * <p>Exponentials and logarithms are those of {@link Single}, several times faster than the
 * double-precision ones of {@link Math}, whose digits would be rounded away.
 */
final class SingleMaps {

  private SingleMaps() {}

  /** The loop of a function, or null where there is none but that of {@link Scalars}. */
  static @Nullable Map<float[]> of(Function function) {
    return switch (function) {
      case ABS -> SingleMaps::abs;
      case SQUARE -> SingleMaps::square;
      case CUBE -> SingleMaps::cube;
      case SQRT -> SingleMaps::sqrt;
      case NEGATIVE -> SingleMaps::negative;
      case SIGN -> SingleMaps::sign;
      case RECIPROCAL -> SingleMaps::reciprocal;
      case EXP -> (x, out) -> exp(x, 1, out);
      case EXP2 -> (x, out) -> exp(x, Math.log(2), out);
      case EXP10 -> (x, out) -> exp(x, Math.log(10), out);
      case EXPM1 -> SingleMaps::expm1;
      case SINH -> SingleMaps::sinh;
      case COSH -> SingleMaps::cosh;
      case TANH -> SingleMaps::tanh;
      case LOG -> (x, out) -> log(x, 1, out);
      case LOG2 -> (x, out) -> log(x, 1 / Math.log(2), out);
      case LOG10 -> (x, out) -> log(x, 1 / Math.log(10), out);
      case LOG1P -> SingleMaps::log1p;
      case ARCSINH -> SingleMaps::arcsinh;
      case ARCCOSH -> SingleMaps::arccosh;
      case ARCTANH -> SingleMaps::arctanh;
      default -> null;
    };
  }

  private static void abs(float[] x, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = Math.abs(x[i]);
    }
  }

  private static void square(float[] x, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = x[i] * x[i];
    }
  }

  private static void cube(float[] x, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = x[i] * x[i] * x[i];
    }
  }

  private static void sqrt(float[] x, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) Math.sqrt(Math.abs(x[i]));
    }
  }

  private static void negative(float[] x, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = -x[i];
    }
  }

  private static void sign(float[] x, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = Math.signum(x[i]);
    }
  }

  private static void reciprocal(float[] x, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = 1 / x[i];
    }
  }

  private static void exp(float[] x, double factor, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) Single.exp(x[i] * factor);
    }
  }

  private static void expm1(float[] x, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) Single.expm1(x[i]);
    }
  }

  private static void sinh(float[] x, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) Single.sinh(x[i]);
    }
  }

  private static void cosh(float[] x, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) Single.cosh(x[i]);
    }
  }

  private static void tanh(float[] x, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) Single.tanh(x[i]);
    }
  }

  private static void log(float[] x, double factor, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) (Single.log(Math.abs(x[i])) * factor);
    }
  }

  private static void log1p(float[] x, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) Single.log1p(x[i]);
    }
  }

  private static void arcsinh(float[] x, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) Single.arcsinh(x[i]);
    }
  }

  private static void arccosh(float[] x, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) Single.arccosh(x[i]);
    }
  }

  private static void arctanh(float[] x, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) Single.arctanh(x[i]);
    }
  }
}
