package org.tflion.discovery.network;

import java.util.Arrays;

/**
 * {@code y = scale * (x - mean(x)) / sqrt(var(x) + 1e-5) + shift}, row by row.
 *
 * @see <a href="https://arxiv.org/abs/1607.06450">Ba, Kiros and Hinton, 2016</a>
 */
final class LayerNorm implements Layer {

  private static final double EPSILON = 1e-5;

  private final Parameters.Matrix scale; // [1, width]
  private final Parameters.Matrix shift; // [1, width]
  private final float[][] normal; // [n, width], the rows before scale and shift
  private final float[] inverse; // [n], one over the deviation
  private final float[][] y; // [n, width]
  private final float[][] dx; // [n, width]

  LayerNorm(Parameters parameters, int rows, int width) {
    this.scale = parameters.row(width, 1);
    this.shift = parameters.row(width, 0);
    this.normal = new float[rows][width];
    this.inverse = new float[rows];
    this.y = new float[rows][width];
    this.dx = new float[rows][width];
  }

  @Override
  public float[][] forward(float[][] x) {
    float[] gain = scale.value()[0];
    float[] offset = shift.value()[0];
    for (int i = 0; i < y.length; i++) {
      float mean = (float) mean(x[i]);
      inverse[i] = (float) (1 / Math.sqrt(variance(x[i], mean) + EPSILON));
      for (int j = 0; j < gain.length; j++) {
        normal[i][j] = (x[i][j] - mean) * inverse[i];
        y[i][j] = normal[i][j] * gain[j] + offset[j];
      }
    }
    return y;
  }

  /** {@code dx = (d - mean(d) - normal * mean(d * normal)) / deviation, d = dy * scale}. */
  @Override
  public float[][] backward(float[][] dy) {
    float[] gain = scale.value()[0];
    float[] gainSum = scale.gradient()[0];
    float[] offsetSum = shift.gradient()[0];
    Arrays.fill(gainSum, 0);
    Arrays.fill(offsetSum, 0);
    for (int i = 0; i < dx.length; i++) {
      float sum = 0;
      float along = 0;
      for (int j = 0; j < gain.length; j++) {
        float d = dy[i][j] * gain[j];
        sum += d;
        along += d * normal[i][j];
        gainSum[j] += dy[i][j] * normal[i][j];
        offsetSum[j] += dy[i][j];
      }
      sum /= gain.length;
      along /= gain.length;
      for (int j = 0; j < gain.length; j++) {
        dx[i][j] = (dy[i][j] * gain[j] - sum - normal[i][j] * along) * inverse[i];
      }
    }
    return dx;
  }

  private static double mean(float[] row) {
    double sum = 0;
    for (float value : row) {
      sum += value;
    }
    return sum / row.length;
  }

  private static double variance(float[] row, double mean) {
    double sum = 0;
    for (float value : row) {
      sum += (value - mean) * (value - mean);
    }
    return sum / row.length;
  }
}
