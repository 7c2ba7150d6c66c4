package org.tflion.discovery.interpret;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.tflion.discovery.program.Function;

/** Single precision; each loop stands alone, so that the compiler can vectorise it. */
final class Float32 implements Arithmetic<float[]> {

  private static final float EPSILON = (float) Scalars.EPSILON;

  @Override
  public float[] allocate(int length) {
    return new float[length];
  }

  @Override
  public double get(float[] array, int index) {
    return array[index];
  }

  @Override
  public void set(float[] array, int index, double value) {
    array[index] = (float) value;
  }

  @Override
  public void fill(float[] array, int from, int to, double value) {
    Arrays.fill(array, from, to, (float) value);
  }

  @Override
  public void copy(float[] from, float[] to) {
    System.arraycopy(from, 0, to, 0, to.length);
  }

  @Override
  public Map<float[]> map(Function function) {
    Map<float[]> loop = SingleMaps.of(function);
    if (loop != null) {
      return loop;
    }
    DoubleUnaryOperator scalar = Scalars.of(function);
    return (x, out) -> map(scalar, x, out);
  }

  @Override
  public Combination<float[]> combination(Function function) {
    return switch (function) {
      case ADD -> Float32::add;
      case SUBTRACT -> Float32::subtract;
      case MULTIPLY -> Float32::multiply;
      case DIVIDE -> Float32::divide;
      case MAXIMUM -> Float32::maximum;
      case MINIMUM -> Float32::minimum;
      case POWER -> (x, y, out) -> out[0] = (float) Math.pow(x[0], y[0]);
      default ->
          throw new IllegalArgumentException(
              "Arithmetic: the function must combine two values (got " + function.text() + ")");
    };
  }

  @Override
  public void blend(float[] x, float[] y, double a, float[] out) {
    float left = (float) (1 - a);
    float right = (float) a;
    for (int i = 0; i < out.length; i++) {
      out[i] = left * x[i] + right * y[i];
    }
  }

  @Override
  public void scale(float[] x, double factor, float[] out) {
    float rounded = (float) factor;
    for (int i = 0; i < out.length; i++) {
      out[i] = x[i] * rounded;
    }
  }

  /** Four partial sums, because one would make every addition wait for the last. */
  @Override
  public double dot(float[] x, float[] y, int from, int to) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = from;
    for (; i + 3 < to; i += 4) {
      a += (double) x[i] * y[i];
      b += (double) x[i + 1] * y[i + 1];
      c += (double) x[i + 2] * y[i + 2];
      d += (double) x[i + 3] * y[i + 3];
    }
    for (; i < to; i++) {
      a += (double) x[i] * y[i];
    }
    return a + b + (c + d);
  }

  private static void map(DoubleUnaryOperator scalar, float[] x, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) scalar.applyAsDouble(x[i]);
    }
  }

  private static void add(float[] x, float[] y, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = x[i] + y[i];
    }
  }

  private static void subtract(float[] x, float[] y, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = x[i] - y[i];
    }
  }

  private static void multiply(float[] x, float[] y, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = x[i] * y[i];
    }
  }

  private static void divide(float[] x, float[] y, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = x[i] / (y[i] + EPSILON);
    }
  }

  private static void maximum(float[] x, float[] y, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = Math.max(x[i], y[i]);
    }
  }

  private static void minimum(float[] x, float[] y, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = Math.min(x[i], y[i]);
    }
  }
}
