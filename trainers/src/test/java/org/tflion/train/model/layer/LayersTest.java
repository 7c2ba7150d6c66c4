package org.tflion.train.model.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.EagerSession;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tflion.train.model.Parameter;
import org.tflion.train.model.Parameters;

/** Properties that hold of every layer by itself; the oracle of the whole model has the values. */
class LayersTest {

  private static final Dropout NONE = new Dropout(0, 0);

  /** A few float64 roundings of values of order 1. */
  private static final double ROUNDING = 1e-13;

  private final EagerSession session = EagerSession.create();
  private final Ops tf = Ops.create(session);

  @AfterEach
  void close() {
    session.close();
  }

  private Operand<TFloat64> random(Shape shape, long seed) {
    double[] numbers = new Random(seed).doubles(shape.size(), -2, 2).toArray();
    return tf.constant(shape, DataBuffers.of(numbers));
  }

  private static double[] numbers(Operand<TFloat64> operand) {
    double[] read = new double[(int) operand.shape().size()];
    operand.asTensor().asRawTensor().data().asDoubles().read(read);
    return read;
  }

  private static double dot(double[] a, int atA, double[] b, int atB, int width) {
    double sum = 0;
    for (int i = 0; i < width; i++) {
      sum += a[atA + i] * b[atB + i];
    }
    return sum;
  }

  @Test
  void rotaryKeepsLengths() {
    Operand<TFloat64> x = random(Shape.of(1, 1, 5, 6), 1);
    double[] before = numbers(x);
    double[] after = numbers(new Rotary(6).apply(tf, x));
    for (int at = 0; at < before.length; at += 6) {
      assertThat(dot(after, at, after, at, 6))
          .isCloseTo(dot(before, at, before, at, 6), within(30 * ROUNDING));
    }
    assertThat(after).startsWith(Arrays.copyOf(before, 6));
  }

  @Test
  void rotaryProductsDependOnDistanceAlone() {
    double[] q = new Random(2).doubles(6).toArray();
    double[] k = new Random(3).doubles(6).toArray();
    double[] turnedQ = numbers(new Rotary(6).apply(tf, repeated(q, 7)));
    double[] turnedK = numbers(new Rotary(6).apply(tf, repeated(k, 7)));
    for (int t = 0; t + 2 < 7; t++) {
      assertThat(dot(turnedQ, (t + 2) * 6, turnedK, t * 6, 6))
          .isCloseTo(dot(turnedQ, 12, turnedK, 0, 6), within(10 * ROUNDING));
    }
    assertThat(dot(turnedQ, 6, turnedK, 0, 6))
        .isNotCloseTo(dot(turnedQ, 12, turnedK, 0, 6), within(1e-3));
  }

  private Operand<TFloat64> repeated(double[] row, int times) {
    double[] all = new double[row.length * times];
    for (int i = 0; i < all.length; i++) {
      all[i] = row[i % row.length];
    }
    return tf.constant(Shape.of(1, 1, times, row.length), DataBuffers.of(all));
  }

  /** Of 1: the share of a normal distribution below 1; by tanh: from its equation. */
  @ParameterizedTest
  @CsvSource({"GELU, 0.8413447460685429", "GELU_TANH, 0.8411919906082768"})
  void activationsAreThoseOfThePaper(Activation activation, double ofOne) {
    double[] values = numbers(activation.apply(tf, tf.constant(new double[] {1, 0, -1, -40, 40})));
    assertThat(values).containsExactly(new double[] {ofOne, 0, ofOne - 1, 0, 40}, within(1e-12));
  }

  @Test
  void layernormForgetsShiftAndScaleOfARow() {
    Norm norm = new Norm("norm", 8, true, true);
    Parameters<TFloat64> values =
        new Parameters<>(
            Map.of(
                "norm.gain", random(Shape.of(8), 4),
                "norm.bias", random(Shape.of(8), 5)));
    Operand<TFloat64> x = tf.math.mul(tf.constant(1e4), random(Shape.of(3, 8), 6));
    Operand<TFloat64> moved =
        tf.math.add(tf.math.mul(tf.constant(3.0), x), tf.constant(5000.0)); // [3, 8]
    // The epsilon below the root, 1e-5 beside a variance of 1e8.
    assertThat(numbers(norm.apply(tf, values, moved)))
        .containsExactly(numbers(norm.apply(tf, values, x)), within(1e-12));
  }

  @Test
  void rmsnormHasNoBiasAndKeepsTheShift() {
    Norm norm = new Norm("norm", 2, false, true);
    assertThat(norm.parameters()).extracting(Parameter::name).containsExactly("norm.gain");
    Parameters<TFloat64> values =
        new Parameters<>(Map.of("norm.gain", tf.constant(new double[] {1, 2})));
    Operand<TFloat64> x = tf.constant(new double[][] {{3e4, 3e4}});
    assertThat(numbers(norm.apply(tf, values, x)))
        .containsExactly(new double[] {1, 2}, within(1e-12));
  }

  /** A table of all pairs of 50,000 positions would have more entries than a Java array can. */
  @Test
  void attentionOfALongContextCanBeBuilt() {
    try (Graph graph = new Graph()) {
      Ops ops = Ops.create(graph);
      Linear.Axis one = new Linear.Axis("width", 1);
      Linear in = new Linear("in", one, new Linear.Axis("heads", 3), false, 1);
      Attention attention =
          new Attention(in, new Linear("out", one, one, false, 1), 1, 1, false, NONE);
      Parameters<TFloat64> values =
          new Parameters<>(
              Map.of(
                  "in.weight", ops.constant(new double[][] {{0, 0, 1}}),
                  "out.weight", ops.constant(new double[][] {{1}})));
      Operand<TFloat64> x = ops.zeros(ops.array(50_000, 1), TFloat64.class);
      var mask = Mask.causal(ops, 50_000, null, TFloat64.class);
      Context<TFloat64> context = new Context<>(50_000, true, mask, null);
      assertThat(attention.apply(ops, values, x, context).shape()).isEqualTo(Shape.of(50_000, 1));
    }
  }

  /** With equal scores a position averages itself and those before it, and no later one. */
  @Test
  void attentionAveragesThePastWhereAllScoresAreEqual() {
    Linear.Axis one = new Linear.Axis("width", 1);
    Attention attention =
        new Attention(
            new Linear("in", one, new Linear.Axis("heads", 3), false, 1),
            new Linear("out", one, one, false, 1),
            1,
            1,
            false,
            NONE);
    Parameters<TFloat64> values =
        new Parameters<>(
            Map.of(
                "in.weight", tf.constant(new double[][] {{0, 0, 1}}),
                "out.weight", tf.constant(new double[][] {{1}})));
    Operand<TFloat64> x = tf.constant(new double[][] {{6}, {2}, {1}, {10}, {20}, {30}});
    assertThat(numbers(attention.apply(tf, values, x, context(null))))
        .containsExactly(new double[] {6, 4, 3, 10, 15, 20}, within(ROUNDING * 100));
    Operand<TInt32> segments = tf.constant(new int[][] {{4, 4, 7}, {0, 1, 1}});
    assertThat(numbers(attention.apply(tf, values, x, context(segments))))
        .containsExactly(new double[] {6, 4, 1, 10, 20, 25}, within(ROUNDING * 100));
  }

  private Context<TFloat64> context(@Nullable Operand<TInt32> segments) {
    return new Context<>(3, true, Mask.causal(tf, 3, segments, TFloat64.class), null);
  }

  @Test
  void dropoutDropsItsShareAndMakesUpForIt() {
    Operand<TFloat64> ones = tf.ones(tf.array(200, 500), TFloat64.class);
    double[] dropped = numbers(new Dropout(0.2, 3).apply(tf, ones, tf.array(7L, 8L)));
    assertThat(dropped).containsOnly(0, 1.25);
    // The mean of 100,000 values has a standard deviation of 0.0016.
    assertThat(Arrays.stream(dropped).average().orElseThrow()).isCloseTo(1, within(0.008));
  }

  @Test
  void dropoutDependsOnKeyAndSiteAlone() {
    Operand<TFloat64> ones = tf.ones(tf.array(10, 10), TFloat64.class);
    double[] first = numbers(new Dropout(0.5, 3).apply(tf, ones, tf.array(7L, 8L)));
    assertThat(numbers(new Dropout(0.5, 3).apply(tf, ones, tf.array(7L, 8L)))).isEqualTo(first);
    assertThat(numbers(new Dropout(0.5, 4).apply(tf, ones, tf.array(7L, 8L)))).isNotEqualTo(first);
    assertThat(numbers(new Dropout(0.5, 3).apply(tf, ones, tf.array(7L, 9L)))).isNotEqualTo(first);
    assertThat(numbers(new Dropout(0.5, 3).apply(tf, ones, tf.array(6L, 8L)))).isNotEqualTo(first);
  }

  @Test
  void dropoutLeavesAloneWhatIsNotTrained() {
    Operand<TFloat64> ones = tf.ones(tf.array(2, 2), TFloat64.class);
    assertThat(new Dropout(0.5, 3).apply(tf, ones, null)).isSameAs(ones);
    assertThat(new Dropout(0, 3).apply(tf, ones, tf.array(7L, 8L))).isSameAs(ones);
  }
}
