package org.tflion.discovery.network;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.tflion.discovery.interpret.Leaves;

/** Where the matrices of a network lie in the one array of weights that a program updates. */
public final class Parameters {

  private final List<Matrix> matrices = new ArrayList<>();
  private final long seed;
  private int size;

  /**
   * No parameter yet.
   *
   * @param seed of the initial weights
   */
  Parameters(long seed) {
    this.seed = seed;
  }

  /** One parameter and its gradient, as rows. */
  static final class Matrix {

    private final int start; // in the array of weights
    private final double mean; // of the initial weights
    private final double deviation; // of the initial weights, which are normal
    private final float[][] value; // [rows, columns]
    private final float[][] gradient; // [rows, columns]

    private Matrix(int start, double mean, double deviation, int rows, int columns) {
      this.start = start;
      this.mean = mean;
      this.deviation = deviation;
      this.value = new float[rows][columns];
      this.gradient = new float[rows][columns];
    }

    /** The weights, [rows, columns]. */
    float[][] value() {
      return value;
    }

    /** Where a layer writes the gradient of the loss, [rows, columns]. */
    float[][] gradient() {
      return gradient;
    }

    private int size() {
      return value.length * value[0].length;
    }

    private void initialise(float[] weights, SplittableRandom random) {
      for (int i = start; i < start + size(); i++) {
        weights[i] = (float) (mean + deviation * random.nextGaussian());
      }
    }

    private void load(float[] weights) {
      for (int i = 0; i < value.length; i++) {
        System.arraycopy(weights, start + i * value[i].length, value[i], 0, value[i].length);
      }
    }

    private void store(float[] gradients) {
      for (int i = 0; i < gradient.length; i++) {
        float[] row = gradient[i];
        System.arraycopy(row, 0, gradients, start + i * row.length, row.length);
      }
    }
  }

  /** Adds a parameter with normal initial weights. */
  Matrix normal(int rows, int columns, double deviation) {
    return add(rows, columns, 0, deviation);
  }

  /** Adds a row of weights that all start alike. */
  Matrix row(int columns, double value) {
    return add(1, columns, value, 0);
  }

  private Matrix add(int rows, int columns, double mean, double deviation) {
    var matrix = new Matrix(size, mean, deviation, rows, columns);
    matrices.add(matrix);
    size += matrix.size();
    return matrix;
  }

  Leaves leaves() {
    return Leaves.of(matrices.stream().mapToInt(Matrix::size).toArray());
  }

  void initialise(float[] weights) {
    var random = new SplittableRandom(seed);
    matrices.forEach(matrix -> matrix.initialise(weights, random));
  }

  void load(float[] weights) {
    matrices.forEach(matrix -> matrix.load(weights));
  }

  void store(float[] gradients) {
    matrices.forEach(matrix -> matrix.store(gradients));
  }
}
