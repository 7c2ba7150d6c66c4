package org.tflion.discovery.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Constant;
import org.tensorflow.op.train.BatchMatMul;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/** The hand-written losses and gradients against a TensorFlow graph in double precision. */
class GraphGradientTest {

  private static final TransformerConfig CONFIG = new TransformerConfig(2, 8, 2, 5);

  private final Graph graph = new Graph();
  private final Ops tf = Ops.create(graph);
  private final List<Constant<TFloat64>> parameters = new ArrayList<>();
  private float[] weights = {};
  private int taken;

  @Test
  void perceptronsAgree() {
    Digits digits = NetworkTest.blobs();
    compare(Network.perceptron(digits, 7), digits, this::perceptron);
  }

  @Test
  void transformersAgree() {
    String fox = "the quick brown fox jumps over the lazy dog. ";
    var text = new Text(fox.repeat(20).getBytes(StandardCharsets.US_ASCII), CONFIG.context(), 3);
    compare(Network.transformer(text, CONFIG), text, this::transformer);
  }

  /** Builds logits from the rows of a batch. */
  private interface Forward {
    Operand<TFloat64> logits(float[][] inputs, Batches batches);
  }

  private void compare(Network network, Batches batches, Forward forward) {
    weights = new float[network.leaves().size()];
    network.initialise(weights);
    var random = new SplittableRandom(1);
    for (int i = 0; i < weights.length; i++) {
      weights[i] += (float) (0.2 * random.nextGaussian());
    }
    float[] actual = new float[weights.length];
    double loss = network.gradient(weights, actual, 3);

    float[][] inputs = new float[batches.rows()][batches.width()];
    int[] labels = new int[batches.rows()];
    batches.fill(Split.TRAIN, 3, inputs, labels);
    Operand<TFloat64> mean = crossEntropy(forward.logits(inputs, batches), labels, batches);
    double[] expected = new double[weights.length];
    // 2e-6: sums of some hundred float32 products of order 1.
    assertThat(loss).isCloseTo(run(mean, expected), within(2e-6));
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i]).as("gradient %d", i).isCloseTo(expected[i], within(2e-6));
    }
    assertThat(taken).isEqualTo(weights.length);
    assertThat(Arrays.stream(expected).map(Math::abs).max().orElseThrow()).isGreaterThan(0.01);
  }

  private double run(Operand<TFloat64> loss, double[] gradient) {
    Output<?>[] slopes =
        graph.addGradients(
            loss.asOutput(), parameters.stream().map(Operand::asOutput).toArray(Output<?>[]::new));
    try (graph;
        Session session = new Session(graph)) {
      Session.Runner runner = session.runner().fetch(loss);
      for (Output<?> slope : slopes) {
        runner.fetch(slope);
      }
      try (Result result = runner.run()) {
        int at = 0;
        for (int i = 1; i < result.size(); i++) {
          TFloat64 values = (TFloat64) result.get(i);
          for (var scalar : values.scalars()) {
            gradient[at++] = scalar.getDouble();
          }
        }
        return ((TFloat64) result.get(0)).getDouble();
      }
    }
  }

  private Operand<TFloat64> crossEntropy(Operand<TFloat64> logits, int[] labels, Batches batches) {
    var hot =
        tf.oneHot(
            tf.constant(labels),
            tf.constant(batches.classes()),
            tf.constant(1.0),
            tf.constant(0.0)); // [n, classes]
    var picked = tf.math.mul(hot, tf.nn.logSoftmax(logits)); // [n, classes]
    var sum = tf.sum(picked, tf.constant(new int[] {0, 1})); // []
    return tf.math.div(tf.math.neg(sum), tf.constant((double) batches.rows()));
  }

  /** The next parameter, in the order in which the network made them. */
  private Operand<TFloat64> parameter(int rows, int columns) {
    double[] values = new double[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = weights[taken++];
    }
    Constant<TFloat64> parameter = tf.constant(Shape.of(rows, columns), DataBuffers.of(values));
    parameters.add(parameter);
    return parameter;
  }

  private Operand<TFloat64> dense(Operand<TFloat64> x, int in, int out) {
    var product = tf.linalg.matMul(x, parameter(in, out)); // [n, out]
    return tf.math.add(product, parameter(1, out));
  }

  private Operand<TFloat64> perceptron(float[][] inputs, Batches batches) {
    int in = batches.width();
    double[] flat = new double[inputs.length * in];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = inputs[i / in][i % in];
    }
    Operand<TFloat64> x = tf.constant(Shape.of(inputs.length, in), DataBuffers.of(flat));
    return dense(tf.nn.relu(dense(x, in, 7)), 7, batches.classes());
  }

  private Operand<TFloat64> transformer(float[][] inputs, Batches batches) {
    int width = CONFIG.width();
    int[] tokens = new int[inputs.length];
    int[] places = new int[inputs.length];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = (int) inputs[i][0];
      places[i] = i % CONFIG.context();
    }
    Operand<TFloat64> token = rows(parameter(batches.classes(), width), tokens);
    Operand<TFloat64> x = tf.math.add(token, rows(parameter(CONFIG.context(), width), places));
    for (int layer = 0; layer < CONFIG.layers(); layer++) {
      x = tf.math.add(x, attention(x));
      x = tf.math.add(x, feedForward(x));
    }
    return dense(norm(x, parameter(1, width), parameter(1, width)), width, batches.classes());
  }

  private Operand<TFloat64> rows(Operand<TFloat64> table, int[] numbers) {
    return tf.gather(table, tf.constant(numbers), tf.constant(0));
  }

  /** The branch's own parameters come before those of the norm in front of it. */
  private Operand<TFloat64> feedForward(Operand<TFloat64> x) {
    int width = CONFIG.width();
    var up = parameter(width, 4 * width);
    var upBias = parameter(1, 4 * width);
    var down = parameter(4 * width, width);
    var downBias = parameter(1, width);
    var in = norm(x, parameter(1, width), parameter(1, width));
    var hidden = tf.nn.relu(tf.math.add(tf.linalg.matMul(in, up), upBias)); // [n, 4 width]
    return tf.math.add(tf.linalg.matMul(hidden, down), downBias);
  }

  private Operand<TFloat64> attention(Operand<TFloat64> x) {
    int width = CONFIG.width();
    var project = parameter(width, 3 * width);
    var projectBias = parameter(1, 3 * width);
    var out = parameter(width, width);
    var outBias = parameter(1, width);
    var in = norm(x, parameter(1, width), parameter(1, width));
    var all = tf.math.add(tf.linalg.matMul(in, project), projectBias); // [n, 3 width]
    var q = heads(all, 0); // [B, heads, T, size]
    var k = heads(all, 1);
    var v = heads(all, 2);
    var products =
        tf.train.batchMatMul(q, k, TFloat64.class, BatchMatMul.adjY(true)); // [B, heads, T, T]
    double size = (double) width / CONFIG.heads();
    var logits = tf.math.div(products, tf.constant(Math.sqrt(size)));
    var shares = tf.nn.softmax(tf.math.add(logits, mask())); // [B, heads, T, T]
    var blended =
        tf.linalg.transpose(
            tf.train.batchMatMul(shares, v, TFloat64.class), tf.constant(new int[] {0, 2, 1, 3}));
    var rows = tf.reshape(blended, tf.constant(new int[] {-1, width})); // [n, width]
    return tf.math.add(tf.linalg.matMul(rows, out), outBias);
  }

  /** One of queries, keys and values, by head. */
  private Operand<TFloat64> heads(Operand<TFloat64> all, int which) {
    int width = CONFIG.width();
    var part =
        tf.slice(
            all,
            tf.constant(new int[] {0, which * width}),
            tf.constant(new int[] {-1, width})); // [n, width]
    int[] shape = {-1, CONFIG.context(), CONFIG.heads(), width / CONFIG.heads()};
    return tf.linalg.transpose(
        tf.reshape(part, tf.constant(shape)), tf.constant(new int[] {0, 2, 1, 3}));
  }

  private Operand<TFloat64> mask() {
    double[][] mask = new double[CONFIG.context()][CONFIG.context()];
    for (int i = 0; i < mask.length; i++) {
      Arrays.fill(mask[i], i + 1, mask.length, -1e300);
    }
    return tf.constant(mask); // [T, T]
  }

  private Operand<TFloat64> norm(
      Operand<TFloat64> x, Operand<TFloat64> scale, Operand<TFloat64> shift) {
    Operand<TInt32> axis = tf.constant(1);
    var mean = tf.expandDims(tf.math.mean(x, axis), axis); // [n, 1]
    var centred = tf.math.sub(x, mean);
    var variance = tf.expandDims(tf.math.mean(tf.math.square(centred), axis), axis); // [n, 1]
    var deviation = tf.math.sqrt(tf.math.add(variance, tf.constant(1e-5)));
    return tf.math.add(tf.math.mul(tf.math.div(centred, deviation), scale), shift);
  }
}
