package org.tflion.train.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;
import org.tflion.train.Configs;
import org.tflion.train.data.Batch;
import org.tflion.train.data.Column;
import org.tflion.train.data.Feature;
import org.tflion.train.model.Inputs;
import org.tflion.train.model.Model;
import org.tflion.train.model.Objective;
import org.tflion.train.model.Parameter;
import org.tflion.train.model.Parameters;
import org.tflion.train.step.Evaluation.Mean;

class EvaluationTest {

  private static final Feature POINTS = Feature.floats("points", 2);
  private static final Feature WEIGHTS = Feature.floats("weights");
  private static final Feature MARKS = Feature.bytes("marks");

  /** One weight that does nothing; its metrics are means over different things. */
  private static final class Means implements Model {

    @Override
    public List<Parameter> parameters() {
      return List.of(Parameter.weight("w", Shape.of(1), 1, "one"));
    }

    @Override
    public <T extends TNumber> Objective<T> loss(Ops tf, Parameters<T> values, Inputs batch) {
      Operand<T> w = tf.reshape(values.get("w"), tf.constant(Shape.scalar())); // []
      var zero = tf.math.sub(w, w); // []
      var rows = tf.constant(0);
      Operand<T> points = tf.dtypes.cast(batch.floats("points"), w.type()); // [B, 2]
      Operand<T> weights = tf.dtypes.cast(batch.floats("weights"), w.type()); // [B]
      Operand<T> marks = tf.dtypes.cast(batch.bytes("marks"), w.type()); // [B]
      var count = tf.sum(weights, rows); // []
      var first = tf.sum(tf.math.mul(tf.sum(points, tf.constant(1)), weights), rows); // []
      var all = tf.sum(marks, rows); // []
      var marked = tf.sum(tf.math.mul(marks, marks), rows); // []
      return new Objective<>(tf.math.add(tf.math.div(first, count), zero), count)
          .with("half", tf.math.div(first, tf.math.add(count, count)))
          .with("mark", tf.math.divNoNan(marked, all), all);
    }
  }

  private static Batch batch(byte[] marks) {
    Random random = new Random(1);
    float[] points = new float[8];
    float[] weights = new float[4];
    for (int i = 0; i < 8; i++) {
      points[i] = random.nextFloat();
      weights[i / 2] = 1 + i / 2;
    }
    return Batch.of(
        4,
        new Column.Floats(POINTS, points),
        new Column.Floats(WEIGHTS, weights),
        new Column.Bytes(MARKS, marks));
  }

  private static TrainStep step(int parts, int replicas) {
    StepConfig config =
        new StepConfig(
            Configs.optimizer("lion", 1e-3, 0, "off"),
            new ScheduleConfig("constant", 0, 0, 0),
            9,
            parts);
    return new TrainStep(
        new Means(), ReplicasTest.with(replicas, config), batch(new byte[4]).shape(), 1);
  }

  /** Floats and bytes of several shapes arrive as they are, whole and in parts. */
  @ParameterizedTest
  @CsvSource({"1, 1", "2, 1", "4, 1", "1, 2", "1, 4", "2, 2"})
  void partsMakeTheWhole(int parts, int replicas) {
    Batch batch = batch(new byte[] {1, 0, (byte) 200, 3});
    float[] points = ((Column.Floats) batch.get("points")).values();
    double sum = 0;
    for (int i = 0; i < 8; i++) {
      sum += points[i] * (1 + i / 2);
    }
    try (TrainStep step = step(parts, replicas)) {
      Evaluation found = step.evaluate(batch);
      // Sums of ten products of order 1 in float32.
      assertThat(found.loss().value()).isCloseTo(sum / 10, within(1e-6));
      assertThat(found.loss().count()).isEqualTo(10);
      assertThat(found.values().get("half")).isCloseTo(sum / 20, within(1e-6));
      Mean mark = found.metrics().get("mark");
      assertThat(mark).isNotNull().extracting(Mean::count).isEqualTo(204.0);
      // Rounded to float32, of which two neighbours are 1.6e-5 apart there.
      assertThat(found.values().get("mark")).isCloseTo(40_010 / 204.0, within(1.6e-5));
      assertThat(step.run(batch).loss()).isCloseTo(sum / 10, within(1e-6));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aMeanOverNothingIsLeftOut(int replicas) {
    try (TrainStep step = step(1, replicas)) {
      Evaluation found = step.evaluate(batch(new byte[4]));
      assertThat(found.metrics()).containsKey("mark");
      assertThat(found.values()).containsOnlyKeys("half");
      // The rows of the last replica have none.
      assertThat(step.evaluate(batch(new byte[] {2, 0, 0, 0})).values().get("mark")).isEqualTo(2);
    }
  }

  @Test
  void everythingThatCountsCountsTheSame() {
    Evaluation one = new Evaluation(new Mean(2, 3), Map.of("a", new Mean(1, 1)));
    Evaluation two = new Evaluation(new Mean(4, 1), Map.of("a", new Mean(Double.NaN, 0)));
    Evaluation both = one.plus(two);
    assertThat(both.loss()).isEqualTo(new Mean(2.5, 4));
    assertThat(both.metrics()).isEqualTo(Map.of("a", new Mean(1, 1)));
    Evaluation broken = one.plus(new Evaluation(new Mean(Double.NaN, 1), Map.of()));
    assertThat(broken.loss().value()).isNaN();
  }
}
