package org.tflion.discovery.network;

import java.util.Arrays;

/** Matrix products on arrays of rows; four terms at a time, to touch each result less often. */
final class Products {

  private Products() {}

  /** {@code out += x y}, with x [m, k], y [k, n], out [m, n]. */
  static void add(float[][] x, float[][] y, float[][] out) {
    int p = 0;
    for (; p + 3 < y.length; p += 4) {
      var rows = new FourRows(y, p);
      for (int i = 0; i < out.length; i++) {
        rows.addTo(out[i], x[i], p);
      }
    }
    for (; p < y.length; p++) {
      for (int i = 0; i < out.length; i++) {
        addOne(x[i][p], y[p], out[i]);
      }
    }
  }

  /** {@code out += x' y}, with x [k, m], y [k, n], out [m, n]. */
  static void addTransposed(float[][] x, float[][] y, float[][] out) {
    float[] column = new float[4];
    int p = 0;
    for (; p + 3 < x.length; p += 4) {
      var rows = new FourRows(y, p);
      for (int i = 0; i < out.length; i++) {
        for (int q = 0; q < 4; q++) {
          column[q] = x[p + q][i];
        }
        rows.addTo(out[i], column, 0);
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

  private static void addOne(float a, float[] y, float[] out) {
    for (int j = 0; j < out.length; j++) {
      out[j] += a * y[j];
    }
  }

  /** Four rows, looked up once for all the rows that they are added to. */
  private static final class FourRows {

    private final float[] first;
    private final float[] second;
    private final float[] third;
    private final float[] fourth;

    FourRows(float[][] rows, int from) {
      first = rows[from];
      second = rows[from + 1];
      third = rows[from + 2];
      fourth = rows[from + 3];
    }

    /** Adds the rows, each times one of four factors. */
    void addTo(float[] out, float[] factors, int from) {
      float a = factors[from];
      float b = factors[from + 1];
      float c = factors[from + 2];
      float d = factors[from + 3];
      for (int j = 0; j < out.length; j++) {
        out[j] += a * first[j] + b * second[j] + c * third[j] + d * fourth[j];
      }
    }
  }
}
