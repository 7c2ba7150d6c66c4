package org.tflion.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;

class GlobalNormTest {

  @Test
  void measuresAllGradientsAsOneVectorOfAnyShapesAndTypes() {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Operand<TFloat64> norm =
          GlobalNorm.of(
              tf,
              List.of(
                  tf.constant(new float[][] {{1, -2}, {2, 4}}), // 25
                  tf.constant(new double[] {-10, 0}), // 100
                  tf.constant(10f))); // 100
      assertThat(value(graph, norm)).isEqualTo(15);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 2, 1", "1, 2, 1", "2, 2, 1", "4, 2, 0.5", "8, 2, 0.25"})
  void scalesDownToTheLimitAndNeverUp(double norm, double limit, double expected) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      assertThat(value(graph, GlobalNorm.scale(tf, tf.constant(norm), limit)))
          .isCloseTo(expected, within(0.0));
    }
  }

  private static double value(Graph graph, Operand<TFloat64> operand) {
    try (Session session = new Session(graph);
        var result = session.runner().fetch(operand).run()) {
      return ((TFloat64) result.get(0)).getDouble();
    }
  }
}
