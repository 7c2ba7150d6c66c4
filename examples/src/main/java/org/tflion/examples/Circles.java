package org.tflion.examples;

import java.util.SplittableRandom;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/**
 * A small real task: points on a plane, and whether each lies inside a ring. No straight line tells
 * them apart, so the two-layer network has to bend one.
 *
 * <p>Shapes: N points, H hidden units.
 */
final class Circles {

  static final int HIDDEN = 32;

  private final float[] points;
  private final float[] inside;

  private Circles(float[] points, float[] inside) {
    this.points = points;
    this.inside = inside;
  }

  /** Points drawn evenly from a square of side 4 around the origin. */
  static Circles draw(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] points = new float[2 * count];
    float[] inside = new float[count];
    for (int i = 0; i < count; i++) {
      double x = random.nextDouble(-2, 2);
      double y = random.nextDouble(-2, 2);
      points[2 * i] = (float) x;
      points[2 * i + 1] = (float) y;
      double radius = Math.hypot(x, y);
      inside[i] = radius > 0.8 && radius < 1.6 ? 1 : 0;
    }
    return new Circles(points, inside);
  }

  /** Adds the network's scores of all points, positive for "inside", [N, 1]. */
  Operand<TFloat32> scores(Ops tf) {
    int count = inside.length;
    var x = tf.constant(Shape.of(count, 2), DataBuffers.of(points)); // [N, 2]
    var w1 = variable(tf, "w1", Shape.of(2, HIDDEN), 1); // [2, H]
    var b1 = variable(tf, "b1", Shape.of(HIDDEN), 1); // [H]
    var w2 = variable(tf, "w2", Shape.of(HIDDEN, 1), 0.2f); // [H, 1]
    var hidden = tf.math.tanh(tf.math.add(tf.linalg.matMul(x, w1), b1)); // [N, H]
    return tf.linalg.matMul(hidden, w2); // [N, 1]
  }

  /** Adds the mean cross entropy of the scores, a scalar. */
  Operand<TFloat32> loss(Ops tf, Operand<TFloat32> scores) {
    var labels = tf.constant(Shape.of(inside.length, 1), DataBuffers.of(inside)); // [N, 1]
    var losses = tf.math.sub(tf.math.softplus(scores), tf.math.mul(labels, scores)); // [N, 1]
    return tf.math.mean(losses, tf.array(0, 1)); // []
  }

  private static Variable<TFloat32> variable(Ops tf, String name, Shape shape, float deviation) {
    Ops init = tf.withInitScope();
    Variable<TFloat32> variable = tf.withName(name).variable(shape, TFloat32.class);
    var noise =
        init.random.statelessRandomNormal(
            init.constant(shape), init.array(name.hashCode(), 1), TFloat32.class);
    init.assign(variable, init.math.mul(noise, init.constant(deviation)));
    return variable;
  }
}
