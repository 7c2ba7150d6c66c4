package org.tflion.discovery.network;

/** {@code y = x + branch(x)}. */
final class Residual implements Layer {

  private final Layer branch;
  private final float[][] y; // [n, width]
  private final float[][] dx; // [n, width]

  Residual(int rows, int width, Layer branch) {
    this.branch = branch;
    this.y = new float[rows][width];
    this.dx = new float[rows][width];
  }

  @Override
  public float[][] forward(float[][] x) {
    return sum(x, branch.forward(x), y);
  }

  @Override
  public float[][] backward(float[][] dy) {
    return sum(dy, branch.backward(dy), dx);
  }

  private static float[][] sum(float[][] a, float[][] b, float[][] out) {
    for (int i = 0; i < out.length; i++) {
      for (int j = 0; j < out[i].length; j++) {
        out[i][j] = a[i][j] + b[i][j];
      }
    }
    return out;
  }
}
