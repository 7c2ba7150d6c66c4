package org.tflion.train.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;
import org.tflion.train.Configs;
import org.tflion.train.data.Batch;
import org.tflion.train.data.TextRows;
import org.tflion.train.model.Inputs;
import org.tflion.train.model.Model;
import org.tflion.train.model.Objective;
import org.tflion.train.model.Parameter;
import org.tflion.train.model.Parameters;

/** What a step can do besides the plain update: parts, averages, groups, the guard. */
class TrainStepOptionsTest {

  private static final int POISON = 1_000_000;
  private static final List<String> WEIGHTS = List.of("weights/matrix", "weights/bias");

  @TempDir private Path folder;

  /**
   * {@link Affine} of rows that count as much as their first number says; a {@link #POISON} among
   * the numbers makes the gradient by the bias a NaN, and leaves the loss as it is.
   */
  private static final class Weighted implements Model {

    @Override
    public List<Parameter> parameters() {
      return new Affine().parameters();
    }

    @Override
    public <T extends TNumber> Objective<T> loss(Ops tf, Parameters<T> parameters, Inputs inputs) {
      Operand<TInt32> batch = inputs.ints("tokens"); // [B, 3]
      Operand<T> bias = parameters.get("bias");
      var rows = tf.slice(batch, tf.array(0, 0), tf.array(-1, 1)); // [B, 1]
      Operand<T> weights = tf.dtypes.cast(rows, bias.type());
      Operand<T> x = tf.dtypes.cast(batch, bias.type()); // [B, 3]
      var y = tf.math.add(tf.linalg.matMul(x, parameters.get("matrix")), bias); // [B, 2]
      Operand<T> count = tf.reduceSum(weights, tf.array(0, 1)); // []
      var sum = tf.reduceSum(tf.math.mul(weights, tf.math.mul(y, y)), tf.array(0, 1)); // []
      Operand<T> most = tf.reduceMax(x, tf.array(0, 1)); // []
      var limit = tf.dtypes.cast(tf.constant(POISON), bias.type());
      Operand<T> hit = tf.dtypes.cast(tf.math.greaterEqual(most, limit), bias.type()); // [], 0 or 1
      // Where hit: the root of zero, whose slope is infinite. Elsewhere: zero times the root of 1.
      var nothing = tf.math.sub(bias, tf.stopGradient(bias)); // [2]
      Operand<T> one = tf.dtypes.cast(tf.constant(1), bias.type());
      var root = tf.math.sqrt(tf.math.add(nothing, tf.math.sub(one, hit))); // [2]
      var hidden = tf.math.mul(hit, tf.reduceSum(root, tf.constant(0))); // []
      return new Objective<>(tf.math.divNoNan(tf.math.add(sum, hidden), count), count);
    }
  }

  private static StepConfig config(OptimizerConfig optimizer, int parts) {
    return new StepConfig(optimizer, new ScheduleConfig("linear", 2, 0, 0.1), 9, parts);
  }

  private static TrainStep step(Model model, OptimizerConfig optimizer, int parts) {
    return new TrainStep(model, config(optimizer, parts), Affine.SHAPE, 5);
  }

  private static Batch batch(int step) {
    return new TextRows(4, Affine.LENGTH)
        .batch(new Random(100 + step).ints(4 * Affine.LENGTH, 1, 4).toArray(), null);
  }

  private Bundle save(TrainStep step, String name) {
    step.save(folder.resolve(name));
    return new Bundle(folder.resolve(name));
  }

  static List<String> names() {
    return OptimizerConfig.NAMES.stream().filter(name -> !name.equals("program")).toList();
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyOptimizerLowersTheLossCompiledAndNot(String name) {
    List<Double> losses = new ArrayList<>();
    for (String jit : List.of("off", "update")) {
      try (TrainStep step = step(new Affine(), Configs.optimizer(name, 0.01, 0.1, jit), 1)) {
        double first = step.run(batch(1)).loss();
        for (int update = 2; update < 9; update++) {
          step.run(batch(1));
        }
        double last = step.run(batch(1)).loss();
        assertThat(last).isLessThan(first);
        losses.add(last);
      }
    }
    // Nine updates, each of some float32 roundings of numbers up to 10.
    assertThat(losses.get(1)).isCloseTo(losses.get(0), within(1e-4));
  }

  /** Rows that count differently show whether parts are weighted. */
  @ParameterizedTest
  @CsvSource({"2, off", "4, off", "4, update", "2, step"})
  void partsAddUpToTheWholeBatch(int parts, String jit) {
    OptimizerConfig adamw =
        new Configs.Plain("adamw", 0.05, 0.8, 0.6, 1e-3, 0.3, 1.5, jit).config();
    try (TrainStep whole = step(new Weighted(), adamw, 1);
        TrainStep split = step(new Weighted(), adamw, parts)) {
      for (int update = 1; update <= 4; update++) {
        Step.Report expected = whole.run(batch(update));
        Step.Report got = split.run(batch(update));
        assertThat(got.loss()).isCloseTo(expected.loss(), within(1e-5));
        assertThat(got.gradientNorm()).isCloseTo(expected.gradientNorm(), within(1e-5));
        assertThat(got.learningRate()).isEqualTo(expected.learningRate());
        assertThat(split.evaluate(batch(9)).loss().value())
            .isCloseTo(whole.evaluate(batch(9)).loss().value(), within(1e-5));
      }
      for (String name : WEIGHTS) {
        assertThat(save(split, "split").numbers(name))
            .containsExactly(save(whole, "whole").numbers(name), within(5e-6));
      }
    }
  }

  @Test
  void averagesFollowTheirEquationAndAreWhatIsEvaluated() {
    OptimizerConfig lion =
        Configs.averaged(
            new Configs.Plain("lion", 0.05, 0.9, 0.99, null, 0.3, 0, "update").config(), 0.7);
    try (TrainStep step = step(new Affine(), lion, 1)) {
      double[] average = save(step, "first").numbers("weights/matrix");
      double[] bias = save(step, "first").numbers("weights/bias");
      assertThat(step.evaluate(batch(9)).loss().value())
          .isCloseTo(Affine.loss(batch(9), average, bias), within(1e-5));
      for (int update = 1; update <= 4; update++) {
        step.run(batch(update));
        Bundle saved = save(step, "step" + update);
        average(average, saved.numbers("weights/matrix"));
        average(bias, saved.numbers("weights/bias"));
        assertThat(saved.numbers("slots/average/matrix")).containsExactly(average, within(1e-6));
      }
      double expected = Affine.loss(batch(9), average, bias);
      assertThat(step.evaluate(batch(9)).loss().value()).isCloseTo(expected, within(1e-5));
      SavedWeights saved = new SavedWeights(folder.resolve("step4"), lion);
      try (Evaluator evaluator = new Evaluator(new Affine(), saved, Affine.SHAPE)) {
        assertThat(evaluator.evaluate(batch(9)).loss().value()).isCloseTo(expected, within(1e-5));
      }
    }
  }

  private static void average(double[] old, double[] now) {
    for (int i = 0; i < old.length; i++) {
      old[i] = 0.7 * old[i] + 0.3 * now[i];
    }
  }

  @ParameterizedTest
  @CsvSource({"1, off", "1, update", "1, step", "2, update"})
  void whatIsNotFiniteLeavesEverythingAsItIs(int parts, String jit) {
    OptimizerConfig adamw =
        Configs.averaged(
            new Configs.Plain("adamw", 0.05, 0.8, 0.6, 1e-3, 0.3, 1.5, jit).config(), 0.7);
    int[] poisoned = batch(3).ints("tokens");
    poisoned[5] = POISON;
    try (TrainStep clean = step(new Weighted(), adamw, parts);
        TrainStep hit = step(new Weighted(), adamw, parts)) {
      for (int update = 1; update <= 3; update++) {
        Batch bad = new TextRows(4, Affine.LENGTH).batch(poisoned, null);
        Step.Report report = hit.run(bad);
        assertThat(report.updated()).isFalse();
        assertThat(report.gradientNorm()).isNotFinite();
        assertThat(report.loss()).isFinite();
        assertThat(hit.firstNotFinite(bad)).contains("bias");
        assertThat(hit.firstNotFinite(batch(update))).isEmpty();
        assertThat(hit.run(batch(update))).isEqualTo(clean.run(batch(update)));
      }
      assertSame(save(hit, "hit"), save(clean, "clean"), "first_moment", "second_moment");
    }
  }

  @Test
  void aLossAboveTheLimitLeavesEverythingAsItIs() {
    OptimizerConfig lion =
        new Configs.Plain("lion", 0.05, 0.9, 0.99, null, 0.3, 0, "update").config();
    try (TrainStep step = step(new Affine(), lion, 1);
        TrainStep other = step(new Affine(), lion, 1)) {
      double loss = step.evaluate(batch(1)).loss().value();
      assertThat(step.run(batch(1), loss / 2).updated()).isFalse();
      assertThat(step.run(batch(1), loss * 2)).isEqualTo(other.run(batch(1)));
      assertSame(save(step, "step"), save(other, "other"), "momentum");
    }
  }

  private static void assertSame(Bundle one, Bundle two, String... slots) {
    List<String> names = new ArrayList<>(WEIGHTS);
    for (String slot : slots) {
      names.add("slots/" + slot + "/matrix");
      names.add("slots/" + slot + "/bias");
    }
    for (String name : names) {
      assertThat(one.numbers(name)).as(name).isEqualTo(two.numbers(name));
    }
    assertThat(one.updates()).isEqualTo(two.updates());
  }

  @Test
  void groupsHaveTheirOwnOptimizerAndFrozenOnesNone() {
    OptimizerConfig plain =
        new Configs.Plain("lion", 0.05, 0.9, 0.99, null, 0.3, 0, "update").config();
    GroupConfig frozen = new GroupConfig("bias", true, null, null, null, null, null, null);
    GroupConfig adamw = new GroupConfig("^mat", null, "adamw", 0.01, null, null, null, null);
    try (TrainStep step = step(new Affine(), Configs.grouped(plain, frozen, adamw), 1)) {
      double[] matrix = save(step, "before").numbers("weights/matrix");
      double[] bias = save(step, "before").numbers("weights/bias");
      assertThat(step.run(batch(1)).learningRate()).isEqualTo(0.005);
      Bundle after = save(step, "after");
      assertThat(after.numbers("weights/bias")).isEqualTo(bias);
      assertThat(after.numbers("slots/second_moment/matrix")).hasSize(6);
      assertThat(step.tensors())
          .extracting(StateTensor::name)
          .doesNotContain("slots/second_moment/bias", "slots/momentum/bias");
      // AdamW's first update is the sign of the gradient, but for epsilon; warmup halves its rate.
      double[] gradient = Affine.gradient(batch(1), matrix, bias);
      for (int i = 0; i < matrix.length; i++) {
        matrix[i] -= 0.005 * (Math.signum(gradient[i]) + 0.3 * matrix[i]);
      }
      assertThat(after.numbers("weights/matrix")).containsExactly(matrix, within(1e-6));
    }
  }

  @Test
  void refusesAPatternThatFindsNothing() {
    OptimizerConfig lion =
        Configs.grouped(
            Configs.optimizer("lion", 0.05, 0, "off"),
            new GroupConfig("nrom", true, null, null, null, null, null, null));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> step(new Affine(), lion, 1).close())
        .withMessageContaining("pattern 'nrom' must be the first to match some weight");
  }

  @Test
  void refusesABatchThatItsPartsDoNotDivide() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> step(new Affine(), Configs.optimizer("lion", 1, 0, "off"), 3).close())
        .withMessage("TrainStep: rows must be a multiple of the parts (got 4)");
  }

  @ParameterizedTest
  @CsvSource({
    "lion, exact, 1",
    "lion, bfloat16, 2",
    "adafactor, , 1",
    "adafactor, , 4",
    "amsgrad, , 2"
  })
  void goesOnFromWhatItSavedBitForBit(String name, String storage, int parts) {
    OptimizerConfig optimizer =
        Configs.averaged(
            Configs.stored(Configs.optimizer(name, 0.05, 0.1, "update"), storage), 0.9);
    try (TrainStep straight = step(new Affine(), optimizer, parts);
        TrainStep resumed = step(new Affine(), optimizer, parts)) {
      straight.run(batch(1));
      straight.run(batch(2));
      save(straight, "middle");
      resumed.restore(folder.resolve("middle"));
      for (int update = 3; update <= 6; update++) {
        assertThat(resumed.run(batch(update))).isEqualTo(straight.run(batch(update)));
        assertThat(resumed.evaluate(batch(9)).loss().value())
            .isEqualTo(straight.evaluate(batch(9)).loss().value());
      }
      assertSame(save(resumed, "resumed"), save(straight, "straight"), "average");
    }
  }
}
