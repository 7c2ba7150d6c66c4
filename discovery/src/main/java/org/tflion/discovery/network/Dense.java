package org.tflion.discovery.network;

import java.util.Arrays;

/** {@code y = x W + b}, with x [n, in], W [in, out], b [out]. */
final class Dense implements Layer {

  private final Parameters.Matrix weights; // [in, out]
  private final Parameters.Matrix bias; // [1, out]
  private final float[][] transposed; // [out, in]
  private final float[][] y; // [n, out]
  private final float[][] dx; // [n, in]
  private float[][] x = {};

  Dense(Parameters parameters, int rows, int in, int out) {
    this.weights = parameters.normal(in, out, 1 / Math.sqrt(in));
    this.bias = parameters.row(out, 0);
    this.transposed = new float[out][in];
    this.y = new float[rows][out];
    this.dx = new float[rows][in];
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
    Products.clear(weights.gradient());
    Products.addTransposed(x, dy, weights.gradient());
    float[] sum = bias.gradient()[0];
    Arrays.fill(sum, 0);
    for (float[] row : dy) {
      for (int j = 0; j < sum.length; j++) {
        sum[j] += row[j];
      }
    }
    Products.transpose(weights.value(), transposed);
    Products.clear(dx);
    Products.add(dy, transposed, dx);
    return dx;
  }
}
