package org.tflion.train.model;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/** Rows of doubles, written without any library, for the oracles of models. */
@SuppressWarnings("ArrayRecordComponent") // Its rows are the point of it.
public record Matrix(double[][] rows) {

  /** Cuts a list of numbers into rows. */
  public static Matrix of(double[] numbers, int width) {
    double[][] rows = new double[numbers.length / width][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(numbers, i * width, (i + 1) * width);
    }
    return new Matrix(rows);
  }

  public static Matrix zeros(int height, int width) {
    return new Matrix(new double[height][width]);
  }

  public int height() {
    return rows.length;
  }

  public int width() {
    return rows[0].length;
  }

  public Matrix times(Matrix other) {
    Matrix product = zeros(height(), other.width());
    for (int i = 0; i < height(); i++) {
      for (int j = 0; j < other.width(); j++) {
        for (int k = 0; k < width(); k++) {
          product.rows[i][j] += rows[i][k] * other.rows[k][j];
        }
      }
    }
    return product;
  }

  public Matrix transposed() {
    Matrix turned = zeros(width(), height());
    for (int i = 0; i < height(); i++) {
      for (int j = 0; j < width(); j++) {
        turned.rows[j][i] = rows[i][j];
      }
    }
    return turned;
  }

  /** Adds a matrix of the same shape, or one row to every row. */
  public Matrix plus(Matrix other) {
    Matrix sum = zeros(height(), width());
    for (int i = 0; i < height(); i++) {
      for (int j = 0; j < width(); j++) {
        sum.rows[i][j] = rows[i][j] + other.rows[other.height() == 1 ? 0 : i][j];
      }
    }
    return sum;
  }

  public Matrix columns(int from, int to) {
    double[][] part = new double[height()][];
    for (int i = 0; i < part.length; i++) {
      part[i] = Arrays.copyOfRange(rows[i], from, to);
    }
    return new Matrix(part);
  }

  public Matrix map(DoubleUnaryOperator function) {
    double[][] mapped = new double[height()][];
    for (int i = 0; i < mapped.length; i++) {
      mapped[i] = Arrays.stream(rows[i]).map(function).toArray();
    }
    return new Matrix(mapped);
  }
}
