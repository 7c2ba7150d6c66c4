package org.tflion.discovery.network;

/** {@code y = max(x, 0)}; the slope at zero is zero. */
final class Relu implements Layer {

  private final float[][] y; // [n, width]
  private final float[][] dx; // [n, width]

  Relu(int rows, int width) {
    this.y = new float[rows][width];
    this.dx = new float[rows][width];
  }

  @Override
  public float[][] forward(float[][] x) {
    for (int i = 0; i < y.length; i++) {
      float[] in = x[i];
      float[] out = y[i];
      for (int j = 0; j < out.length; j++) {
        out[j] = Math.max(in[j], 0);
      }
    }
    return y;
  }

  @Override
  public float[][] backward(float[][] dy) {
    for (int i = 0; i < dx.length; i++) {
      float[] out = y[i];
      float[] slopes = dy[i];
      float[] in = dx[i];
      for (int j = 0; j < in.length; j++) {
        // No branch, which no processor could predict: -bits >> 31 has all bits set where y > 0.
        int open = -Float.floatToRawIntBits(out[j]) >> 31;
        in[j] = Float.intBitsToFloat(Float.floatToRawIntBits(slopes[j]) & open);
      }
    }
    return dx;
  }
}
