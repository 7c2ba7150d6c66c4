package org.tflion.discovery.interpret;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.tflion.discovery.program.Function;

/** Double precision; each loop stands alone, so that the compiler can vectorise it. */
final class Float64 implements Arithmetic<double[]> {

  private static final double EPSILON = Scalars.EPSILON;

  @Override
  public double[] allocate(int length) {
    return new double[length];
  }

  @Override
  public double get(double[] array, int index) {
    return array[index];
  }

  @Override
  public void set(double[] array, int index, double value) {
    array[index] = value;
  }

  @Override
  public void fill(double[] array, int from, int to, double value) {
    Arrays.fill(array, from, to, value);
  }

  @Override
  public void copy(double[] from, double[] to) {
    System.arraycopy(from, 0, to, 0, to.length);
  }

  @Override
  public Map<double[]> map(Function function) {
    return switch (function) {
      case ABS -> Float64::abs;
      case SQUARE -> Float64::square;
      case SQRT -> Float64::sqrt;
      case NEGATIVE -> Float64::negative;
      case SIGN -> Float64::sign;
      default -> {
        DoubleUnaryOperator scalar = Scalars.of(function);
        yield (x, out) -> map(scalar, x, out);
      }
    };
  }

  @Override
  public Combination<double[]> combination(Function function) {
    return switch (function) {
      case ADD -> Float64::add;
      case SUBTRACT -> Float64::subtract;
      case MULTIPLY -> Float64::multiply;
      case DIVIDE -> Float64::divide;
      case MAXIMUM -> Float64::maximum;
      case MINIMUM -> Float64::minimum;
      case POWER -> (x, y, out) -> out[0] = Math.pow(x[0], y[0]);
      default ->
          throw new IllegalArgumentException(
              "Arithmetic: the function must combine two values (got " + function.text() + ")");
    };
  }

  @Override
  public void blend(double[] x, double[] y, double a, double[] out) {
    double left = 1 - a;
    double right = a;
    for (int i = 0; i < out.length; i++) {
      out[i] = left * x[i] + right * y[i];
    }
  }

  @Override
  public void scale(double[] x, double factor, double[] out) {
    double rounded = factor;
    for (int i = 0; i < out.length; i++) {
      out[i] = x[i] * rounded;
    }
  }

  /** Four partial sums, because one would make every addition wait for the last. */
  @Override
  public double dot(double[] x, double[] y, int from, int to) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = from;
    for (; i + 3 < to; i += 4) {
      a += x[i] * y[i];
      b += x[i + 1] * y[i + 1];
      c += x[i + 2] * y[i + 2];
      d += x[i + 3] * y[i + 3];
    }
    for (; i < to; i++) {
      a += x[i] * y[i];
    }
    return a + b + (c + d);
  }

  private static void map(DoubleUnaryOperator scalar, double[] x, double[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = scalar.applyAsDouble(x[i]);
    }
  }

  private static void abs(double[] x, double[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = Math.abs(x[i]);
    }
  }

  private static void square(double[] x, double[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = x[i] * x[i];
    }
  }

  private static void sqrt(double[] x, double[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = Math.sqrt(Math.abs(x[i]));
    }
  }

  private static void negative(double[] x, double[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = -x[i];
    }
  }

  private static void sign(double[] x, double[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = Math.signum(x[i]);
    }
  }

  private static void add(double[] x, double[] y, double[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = x[i] + y[i];
    }
  }

  private static void subtract(double[] x, double[] y, double[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = x[i] - y[i];
    }
  }

  private static void multiply(double[] x, double[] y, double[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = x[i] * y[i];
    }
  }

  private static void divide(double[] x, double[] y, double[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = x[i] / (y[i] + EPSILON);
    }
  }

  private static void maximum(double[] x, double[] y, double[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = Math.max(x[i], y[i]);
    }
  }

  private static void minimum(double[] x, double[] y, double[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = Math.min(x[i], y[i]);
    }
  }
}
