package org.tflion.optim;

import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/**
 * A regression with two matrices, a bias and a penalty, written as a user of TensorFlow Java writes
 * it: reference variables are used directly. Every way to read a variable occurs: by the loss, by
 * the gradient of another variable, and (the penalty) by the loss alone.
 */
final class TwoLayers {

  private static final int EXAMPLES = 8;
  private static final int INPUTS = 5;
  private static final int HIDDEN = 4;

  final Ops tf;
  final Operand<TFloat32> loss;

  /** Variables "first", "bias" and "second" of a kind. */
  TwoLayers(Graph graph, Kind kind) {
    this(graph, kind, kind);
  }

  /** The first layer of one kind, the second of another. */
  TwoLayers(Graph graph, Kind one, Kind two) {
    tf = Ops.create(graph);
    var first = variable(one, "first", wave(INPUTS, HIDDEN, 1));
    var bias = variable(one, "bias", wave(1, HIDDEN, 2));
    var second = variable(two, "second", wave(HIDDEN, 1, 3));
    var x = constant(wave(EXAMPLES, INPUTS, 4)); // [8, 5]
    var y = constant(wave(EXAMPLES, 1, 5)); // [8, 1]
    var hidden = tf.math.tanh(tf.math.add(tf.linalg.matMul(x, first), bias)); // [8, 4]
    var error = tf.math.sub(tf.linalg.matMul(hidden, second), y); // [8, 1]
    // Gradients of AddN and L2Loss look at no result of the forward pass, so that nothing but the
    // loss itself waits for the penalty's read of the second matrix.
    loss = tf.math.addN(List.of(tf.nn.l2Loss(error), tf.nn.l2Loss(second))); // []
  }

  /** A variable as a model uses it: the reference itself, or a read of the resource. */
  private Operand<TFloat32> variable(Kind kind, String name, float[][] start) {
    Shape shape = Shape.of(start.length, start[0].length);
    if (kind == Kind.REF) {
      Variable<TFloat32> made = tf.withName(name).variable(shape, TFloat32.class);
      tf.withInitScope().assign(made, tf.withInitScope().constant(start));
      return made;
    }
    Output<?> made = kind.make(tf, name, tf.withInitScope().constant(start));
    @SuppressWarnings("unchecked") // made of floats above
    Weight<TFloat32> weight = (Weight<TFloat32>) Weight.of(made);
    return weight.read(tf);
  }

  private Operand<TFloat32> constant(float[][] values) {
    return tf.constant(values);
  }

  /** Values between -1 and 1 without a pattern that a sum could cancel. */
  private static float[][] wave(int rows, int columns, int seed) {
    float[][] values = new float[rows][columns];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        values[row][column] = (float) Math.sin(1 + 7.3 * seed + 2.1 * row + 0.7 * column);
      }
    }
    return values;
  }
}
