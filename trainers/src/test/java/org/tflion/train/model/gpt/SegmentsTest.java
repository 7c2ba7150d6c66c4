package org.tflion.train.model.gpt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.tensorflow.EagerSession;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TType;
import org.tflion.train.model.Inputs;
import org.tflion.train.model.Objective;
import org.tflion.train.model.Parameter;
import org.tflion.train.model.Parameters;

/** Documents that share a row: with relative positions each is what it is alone. */
class SegmentsTest {

  private static final Gpt MODEL =
      Gpt.of(new GptConfig(2, 2, 8, 7, "rope", "rmsnorm", "gelu", false, 0, 0, 0), 11);

  private record Loss(double mean, double count) {}

  private static Loss loss(int[][] tokens, int @Nullable [][] segments) {
    try (EagerSession session = EagerSession.create()) {
      Ops tf = Ops.create(session);
      Random random = new Random(3);
      Map<String, Operand<TFloat64>> values = new LinkedHashMap<>();
      for (Parameter parameter : MODEL.parameters()) {
        double[] numbers = random.doubles(parameter.shape().size(), -0.9, 0.9).toArray();
        values.put(parameter.name(), tf.constant(parameter.shape(), DataBuffers.of(numbers)));
      }
      Map<String, Operand<? extends TType>> features = new LinkedHashMap<>();
      features.put(Gpt.TEXT, tf.constant(tokens));
      if (segments != null) {
        features.put(Gpt.SEGMENTS, tf.constant(segments));
      }
      Inputs batch = new Inputs(features, null);
      Objective<TFloat64> objective = MODEL.loss(tf, new Parameters<>(values), batch);
      return new Loss(
          objective.mean().asTensor().getDouble(), objective.count().asTensor().getDouble());
    }
  }

  @Test
  void aRowOfTwoDocumentsIsTheirWeightedMean() {
    Loss first = loss(new int[][] {{1, 5, 2}}, null);
    Loss second = loss(new int[][] {{9, 4, 0, 3, 3}}, null);
    Loss both =
        loss(new int[][] {{1, 5, 2, 9, 4, 0, 3, 3}}, new int[][] {{0, 0, 0, 1, 1, 1, 1, 1}});
    assertThat(both.count()).isEqualTo(first.count() + second.count()).isEqualTo(6);
    assertThat(both.mean()).isCloseTo((2 * first.mean() + 4 * second.mean()) / 6, within(1e-12));
  }

  @Test
  void oneSegmentIsNoSegments() {
    int[][] tokens = {{1, 5, 2, 9}, {3, 3, 0, 10}};
    Loss plain = loss(tokens, null);
    Loss one = loss(tokens, new int[][] {{2, 2, 2, 2}, {5, 5, 5, 5}});
    assertThat(one.count()).isEqualTo(plain.count());
    assertThat(one.mean()).isCloseTo(plain.mean(), within(1e-12));
  }

  @Test
  void documentsOfOneTokenTeachNothing() {
    Loss nothing = loss(new int[][] {{1, 5, 2}}, new int[][] {{0, 1, 2}});
    assertThat(nothing.count()).isZero();
    assertThat(nothing.mean()).isZero();
  }
}
