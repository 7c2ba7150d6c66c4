package org.tflion.discovery.network;

import java.util.Arrays;

/** Matrix products on arrays of rows; four terms at a time, to touch each result less often. */
final class Products {

  private Products() {}

  /** {@code out += x y}, with x [m, k], y [k, n], out [m, n]. */
  static void add(float[][] x, float[][] y, float[][] out) {
    int terms = y.length;
    for (int i = 0; i < out.length; i++) {
      int p = 0;
      for (; p + 3 < terms; p += 4) {
        addFour(x[i], p, y, p, out[i]);
      }
      for (; p < terms; p++) {
        addOne(x[i][p], y[p], out[i]);
      }
    }
  }

  /** {@code out += x' y}, with x [k, m], y [k, n], out [m, n]. */
  static void addTransposed(float[][] x, float[][] y, float[][] out) {
    float[] column = new float[4];
    int p = 0;
    for (; p + 3 < x.length; p += 4) {
      for (int i = 0; i < out.length; i++) {
        for (int q = 0; q < 4; q++) {
          column[q] = x[p + q][i];
        }
        addFour(column, 0, y, p, out[i]);
      }
    }
    for (; p < x.length; p++) {
      for (int i = 0; i < out.length; i++) {
        addOne(x[p][i], y[p], out[i]);
      }
    }
  }

  /** {@code out = x'}. */
  static void transpose(float[][] x, float[][] out) {
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < out.length; j++) {
        out[j][i] = x[i][j];
      }
    }
  }

  static void clear(float[][] rows) {
    for (float[] row : rows) {
      Arrays.fill(row, 0);
    }
  }

  private static void addFour(float[] x, int from, float[][] y, int p, float[] out) {
    float a0 = x[from];
    float a1 = x[from + 1];
    float a2 = x[from + 2];
    float a3 = x[from + 3];
    float[] y0 = y[p];
    float[] y1 = y[p + 1];
    float[] y2 = y[p + 2];
    float[] y3 = y[p + 3];
    for (int j = 0; j < out.length; j++) {
      out[j] += a0 * y0[j] + a1 * y1[j] + a2 * y2[j] + a3 * y3[j];
    }
  }

  private static void addOne(float a, float[] y, float[] out) {
    for (int j = 0; j < out.length; j++) {
      out[j] += a * y[j];
    }
  }
}
