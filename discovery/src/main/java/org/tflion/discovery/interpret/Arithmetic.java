package org.tflion.discovery.interpret;

import org.tflion.discovery.program.Function;

/**
 * Arithmetic on arrays of one floating type, as loops over whole arrays.
 *
 * <p>Sums are taken in double precision. An output may be one of the inputs.
 *
 * @param <A> the array: {@code float[]} or {@code double[]}
 */
public interface Arithmetic<A> {

  /** Single precision, as programs run in training. */
  Arithmetic<float[]> FLOAT32 = new Float32();

  /** Double precision, to check the other one. */
  Arithmetic<double[]> FLOAT64 = new Float64();

  /** A loop from one array to another of the same length. */
  @FunctionalInterface
  interface Map<A> {
    void run(A x, A out);
  }

  /** A loop from two arrays to another, all of the same length. */
  @FunctionalInterface
  interface Combination<A> {
    void run(A x, A y, A out);
  }

  /** An array of zeros. */
  A allocate(int length);

  double get(A array, int index);

  void set(A array, int index, double value);

  /** Sets the elements from {@code from} up to, not including, {@code to}. */
  void fill(A array, int from, int to, double value);

  /** Copies a whole array. */
  void copy(A from, A to);

  /** The loop of a function of one argument. */
  Map<A> map(Function function);

  /** The loop of a function of two arguments. */
  Combination<A> combination(Function function);

  /** {@code out = (1 - a) * x + a * y}, with both factors rounded to the type of the array. */
  void blend(A x, A y, double a, A out);

  /** {@code out = x * factor}, with the factor rounded to the type of the array. */
  void scale(A x, double factor, A out);

  /** The sum of {@code x * y} from {@code from} up to, not including, {@code to}. */
  double dot(A x, A y, int from, int to);
}
