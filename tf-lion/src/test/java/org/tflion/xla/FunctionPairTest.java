package org.tflion.xla;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;

/** Of y = exp(x w^2) v, whose gradients are known: w^2 y, 2 x w y and exp(x w^2). */
class FunctionPairTest {

  private static final double[] X = {0.1, -0.2};
  private static final double[] W = {2, 3};
  private static final double[] V = {5, 7};

  /** Of products of a few numbers of order 100. */
  private static final double ROUNDING = 1e-12;

  private static Operand<TFloat64> number(Operand<?> value) {
    return value.asOutput().expect(TFloat64.class);
  }

  private static Operand<?> write(Ops tf, List<Operand<?>> weights, List<Operand<?>> others) {
    var square = tf.math.square(number(weights.get(0)));
    var power = tf.math.exp(tf.math.mul(number(others.get(0)), square));
    return tf.math.mul(power, number(weights.get(1)));
  }

  private static double[] values(Result result, int index) {
    double[] read = new double[X.length];
    result.get(index).asRawTensor().data().asDoubles().read(read);
    return read;
  }

  private static List<double[]> run(FunctionPair.Kind kind, double[] weightsOfBackward) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      List<Operand<?>> weights = List.of(tf.constant(W), tf.constant(V));
      List<Operand<?>> others = List.of(tf.constant(X));
      try (FunctionPair pair =
          FunctionPair.create(kind, weights, others, FunctionPairTest::write)) {
        FunctionPair.Made made = pair.forward(tf, weights, others);
        // The exponential alone: neither x, which is an argument, nor the square of a weight.
        assertThat(made.kept()).hasSize(kind.recomputed() ? 0 : 1);
        List<Operand<?>> late = List.of(tf.constant(weightsOfBackward), tf.constant(V));
        List<Operand<?>> fetched = new ArrayList<>(List.of(made.result()));
        fetched.addAll(
            pair.backward(tf, late, others, made.kept(), tf.constant(new double[] {1, 10})));
        assertThat(pair.readsBackward(0)).isTrue();
        try (Session session = new Session(graph)) {
          Session.Runner runner = session.runner();
          fetched.forEach(runner::fetch);
          try (Result result = runner.run()) {
            List<double[]> read = new ArrayList<>();
            for (int i = 0; i < fetched.size(); i++) {
              read.add(values(result, i));
            }
            return read;
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"false, false", "false, true", "true, false", "true, true"})
  void isTheFunctionAndItsGradient(boolean compiled, boolean recomputed) {
    List<double[]> read = run(new FunctionPair.Kind("pair", compiled, recomputed, 1), W);
    for (int i = 0; i < X.length; i++) {
      double by = i == 0 ? 1 : 10;
      double power = Math.exp(X[i] * W[i] * W[i]);
      assertThat(read.get(0)[i]).isCloseTo(power * V[i], within(ROUNDING));
      assertThat(read.get(1)[i]).isCloseTo(by * W[i] * W[i] * power * V[i], within(ROUNDING));
      assertThat(read.get(2)[i]).isCloseTo(by * 2 * X[i] * W[i] * power * V[i], within(ROUNDING));
      assertThat(read.get(3)[i]).isCloseTo(by * power, within(ROUNDING));
    }
  }

  /** Weights that changed meanwhile tell what the backward call makes of which. */
  @ParameterizedTest
  @CsvSource({"false", "true"})
  void keepsNothingThatDependsOnWeightsAlone(boolean recomputed) {
    double[] later = {1, 1};
    List<double[]> read = run(new FunctionPair.Kind("pair", false, recomputed, 1), later);
    for (int i = 0; i < X.length; i++) {
      double by = i == 0 ? 1 : 10;
      double power = Math.exp(X[i] * (recomputed ? 1 : W[i] * W[i]));
      assertThat(read.get(1)[i]).isCloseTo(by * power * V[i], within(ROUNDING));
    }
  }
}
