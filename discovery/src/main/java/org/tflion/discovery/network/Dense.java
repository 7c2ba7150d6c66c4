package org.tflion.discovery.network;

import java.util.Arrays;

/** {@code y = x W + b}, with x [n, in], W [in, out], b [out]. */
final class Dense implements Layer {

  private final Parameters.Matrix weights; // [in, out]
  private final Parameters.Matrix bias; // [1, out]
  private final float[][] transposed; // [out, in]
  private final float[][] y; // [n, out]
  private final float[][] dx; // [n, in], or empty where nobody asks for it
  private float[][] x = {};

  Dense(Parameters parameters, int rows, int in, int out) {
    this(parameters, in, out, new float[rows][in], new float[rows][out]);
  }

  private Dense(Parameters parameters, int in, int out, float[][] dx, float[][] y) {
    this.weights = parameters.normal(in, out, 1 / Math.sqrt(in));
    this.bias = parameters.row(out, 0);
    this.transposed = new float[out][in];
    this.y = y;
    this.dx = dx;
  }

  /** A layer whose input is data, which needs no gradient; its backward pass returns no rows. */
  static Dense onData(Parameters parameters, int rows, int in, int out) {
    return new Dense(parameters, in, out, new float[0][], new float[rows][out]);
  }

  @Override
  public float[][] forward(float[][] input) {
    x = input;
    float[] shift = bias.value()[0];
    for (float[] row : y) {
      System.arraycopy(shift, 0, row, 0, row.length);
    }
    Products.add(x, weights.value(), y);
    return y;
  }

  @Override
  public float[][] backward(float[][] dy) {
    weightGradient(dy);
    float[] sum = bias.gradient()[0];
    Arrays.fill(sum, 0);
    for (float[] row : dy) {
      for (int j = 0; j < sum.length; j++) {
        sum[j] += row[j];
      }
    }
    if (dx.length > 0) {
      Products.transpose(weights.value(), transposed);
      Products.clear(dx);
      Products.add(dy, transposed, dx);
    }
    return dx;
  }

  /** {@code x' dy}, by way of {@code dy' x} where that has the longer rows: those are vectors. */
  private void weightGradient(float[][] dy) {
    float[][] gradient = weights.gradient();
    if (gradient.length > transposed.length) {
      Products.clear(transposed);
      Products.addTransposed(dy, x, transposed);
      Products.transpose(transposed, gradient);
    } else {
      Products.clear(gradient);
      Products.addTransposed(x, dy, gradient);
    }
  }
}
