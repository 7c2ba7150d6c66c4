package org.tflion.train.step;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tflion.train.model.Compute;
import org.tflion.train.model.Inputs;
import org.tflion.train.model.Parameter;
import org.tflion.train.model.Parameters;
import org.tflion.train.model.gpt.Gpt;
import org.tflion.train.model.gpt.GptConfig;
import org.tflion.train.model.gpt.GptOracle;

class LossFunctionTest {

  private static final int[][] BATCH = {{1, 4, 2, 0}, {3, 3, 1, 2}};

  private static final Gpt MODEL =
      Gpt.of(new GptConfig(1, 2, 4, 3, "learned", "layernorm", "gelu_tanh", true, 0, 0, 0), 5);

  @ParameterizedTest
  @CsvSource({"false, 1", "true, 1", "false, 2"})
  void hasTheLossAndGradientsOfTheEquations(boolean compiled, int replicas) {
    Map<String, double[]> values = weights();
    GptOracle oracle = new GptOracle(MODEL.config(), MODEL.vocabulary(), values);
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Map<String, Operand<TFloat32>> constants = new LinkedHashMap<>();
      MODEL.parameters().forEach(p -> constants.put(p.name(), constant(tf, p, values)));
      LossFunction function =
          new LossFunction(MODEL, compiled, Compute.PLAIN, new Replicas(replicas));
      var parameters = new Parameters<>(constants);
      LossFunction.Gradients gradients =
          function.gradients(tf, parameters, Inputs.of("tokens", tf.constant(BATCH)));
      var alone = function.loss(tf, parameters, Inputs.of("tokens", tf.constant(BATCH))).mean();
      try (Session session = new Session(graph);
          Result losses = session.runner().fetch(gradients.loss()).fetch(alone).run()) {
        // Some hundred float32 roundings of values of order 1.
        double expected = oracle.loss(BATCH);
        assertThat((double) ((TFloat32) losses.get(0)).getFloat())
            .isCloseTo(expected, within(1e-5));
        assertThat((double) ((TFloat32) losses.get(1)).getFloat())
            .isCloseTo(expected, within(1e-5));
        values.forEach(
            (name, numbers) -> {
              try (Result result = session.runner().fetch(gradients.by(name)).run()) {
                double[] differences = differences(oracle, numbers);
                assertThat(Bundle.numbers((TFloat32) result.get(0)))
                    .as(name)
                    .containsExactly(differences, within(1e-5));
              }
            });
      }
    }
  }

  /** As float32 has them, so that both sides begin with the same numbers. */
  private static Map<String, double[]> weights() {
    Map<String, double[]> values = new LinkedHashMap<>();
    Random random = new Random(11);
    for (Parameter parameter : MODEL.parameters()) {
      double centre = parameter.name().endsWith(".gain") ? 1 : 0;
      double[] numbers = random.doubles(parameter.shape().size(), -0.6, 0.6).toArray();
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = (float) (numbers[i] + centre);
      }
      values.put(parameter.name(), numbers);
    }
    return values;
  }

  private static Operand<TFloat32> constant(
      Ops tf, Parameter parameter, Map<String, double[]> values) {
    double[] numbers = requireNonNull(values.get(parameter.name()));
    var wide = tf.constant(parameter.shape(), DataBuffers.of(numbers));
    return tf.dtypes.cast(wide, TFloat32.class);
  }

  /** Central differences of the oracle, which reads the numbers that this changes. */
  private static double[] differences(GptOracle oracle, double[] numbers) {
    double[] differences = new double[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      double middle = numbers[i];
      numbers[i] = middle + 1e-5;
      double above = oracle.loss(BATCH);
      numbers[i] = middle - 1e-5;
      differences[i] = (above - oracle.loss(BATCH)) / 2e-5;
      numbers[i] = middle;
    }
    return differences;
  }
}
