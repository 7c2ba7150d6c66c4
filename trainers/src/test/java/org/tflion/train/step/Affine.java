package org.tflion.train.step;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;
import org.tflion.train.data.Batch;
import org.tflion.train.data.BatchShape;
import org.tflion.train.data.TextRows;
import org.tflion.train.model.Initializer;
import org.tflion.train.model.Inputs;
import org.tflion.train.model.Model;
import org.tflion.train.model.Objective;
import org.tflion.train.model.Parameter;
import org.tflion.train.model.Parameters;

/**
 * A model whose gradients can be written down: mean of (x W + b)^2 over a batch x of numbers.
 *
 * <p>{@code W} has shape [3, 2] and decays, {@code b} has shape [2] and does not; both start away
 * from zero, so that decay shows.
 */
final class Affine implements Model {

  static final int LENGTH = 3;
  static final int OUT = 2;
  static final BatchShape SHAPE = new TextRows(4, LENGTH).shape(false);

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.weight("matrix", Shape.of(LENGTH, OUT), 0.5, "in", "out"),
        new Parameter("bias", Shape.of(OUT), new Initializer.Fill(0.25), false, List.of("out")));
  }

  @Override
  public <T extends TNumber> Objective<T> loss(Ops tf, Parameters<T> parameters, Inputs inputs) {
    Operand<TInt32> batch = inputs.ints("tokens"); // [B, 3]
    Operand<T> matrix = parameters.get("matrix"); // [3, 2]
    var x = tf.dtypes.cast(batch, matrix.type()); // [B, 3]
    var y = tf.math.add(tf.linalg.matMul(x, matrix), parameters.get("bias")); // [B, 2]
    var mean = tf.math.mean(tf.math.mul(y, y), tf.array(0, 1)); // []
    var rows = tf.constant(batch.shape().get(0)); // []
    return new Objective<>(mean, tf.dtypes.cast(rows, matrix.type()));
  }

  /** The loss by its equation. */
  static double loss(Batch batch, double[] matrix, double[] bias) {
    double sum = 0;
    for (int row = 0; row < batch.size(); row++) {
      for (int j = 0; j < OUT; j++) {
        double y = output(batch, row, j, matrix, bias);
        sum += y * y;
      }
    }
    return sum / (batch.size() * OUT);
  }

  /** Gradient by the matrix, and after it by the bias: 8 numbers. */
  static double[] gradient(Batch batch, double[] matrix, double[] bias) {
    double[] gradient = new double[LENGTH * OUT + OUT];
    for (int row = 0; row < batch.size(); row++) {
      for (int j = 0; j < OUT; j++) {
        double slope = 2 * output(batch, row, j, matrix, bias) / (batch.size() * OUT);
        for (int i = 0; i < LENGTH; i++) {
          gradient[i * OUT + j] += slope * batch.ints("tokens")[row * LENGTH + i];
        }
        gradient[LENGTH * OUT + j] += slope;
      }
    }
    return gradient;
  }

  private static double output(Batch batch, int row, int j, double[] matrix, double[] bias) {
    double y = bias[j];
    for (int i = 0; i < LENGTH; i++) {
      y += batch.ints("tokens")[row * LENGTH + i] * matrix[i * OUT + j];
    }
    return y;
  }
}
