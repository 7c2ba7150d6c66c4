package org.tflion.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;

/** Each clip against its formula, on a gradient with columns of length 5, 1 and 0. */
class ClipTest {

  private static final double[][] WEIGHT = {{1, 0, 0.3}, {0, 2, 0.4}};
  private static final double[][] GRADIENT = {{3, 0.6, 0}, {-4, 0.8, 0}};
  private static final double LENGTH = Math.sqrt(26);

  private static double[] clipped(Clip.Kind kind, double limit) {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      var out = new Clip(kind, limit).apply(tf, tf.constant(WEIGHT), tf.constant(GRADIENT));
      try (var result = session.runner().fetch(out).run()) {
        List<Double> values = new ArrayList<>();
        ((TFloat64) result.get(0)).scalars().forEach(scalar -> values.add(scalar.getDouble()));
        return values.stream().mapToDouble(Double::doubleValue).toArray();
      }
    }
  }

  @Test
  void boundsEachValue() {
    assertThat(clipped(Clip.Kind.VALUE, 0.7)).containsExactly(0.7, 0.6, 0, -0.7, 0.7, 0);
  }

  @Test
  void boundsTheLengthOfATensor() {
    double s = 2 / LENGTH;
    assertThat(clipped(Clip.Kind.NORM, 2))
        .containsExactly(new double[] {3 * s, 0.6 * s, 0, -4 * s, 0.8 * s, 0}, within(1e-15));
  }

  @Test
  void boundsTheRootMeanSquareOfATensor() {
    double s = 0.2 / (LENGTH / Math.sqrt(6));
    assertThat(clipped(Clip.Kind.BLOCK_RMS, 0.2))
        .containsExactly(new double[] {3 * s, 0.6 * s, 0, -4 * s, 0.8 * s, 0}, within(1e-15));
  }

  /** Columns of the weight have lengths 1, 2 and 0.5; those of the gradient 5, 1 and 0. */
  @Test
  void boundsEachUnitByItsWeights() {
    double first = 0.25 * 1 / 5;
    double second = 0.25 * 2 / 1;
    assertThat(clipped(Clip.Kind.ADAPTIVE, 0.25))
        .containsExactly(
            new double[] {3 * first, 0.6 * second, 0, -4 * first, 0.8 * second, 0}, within(1e-15));
  }

  @Test
  void leavesWhatIsInBoundsAsItIs() {
    for (Clip.Kind kind : Clip.Kind.values()) {
      assertThat(clipped(kind, 100)).as("%s", kind).containsExactly(3, 0.6, 0, -4, 0.8, 0);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void refusesALimitThatIsNone(double limit) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Clip(Clip.Kind.NORM, limit))
        .withMessageContaining("Clip: limit must be finite and above 0");
  }
}
