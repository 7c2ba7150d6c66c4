package org.tflion.train.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.NodeDef;
import org.tflion.train.Configs;
import org.tflion.train.data.Batch;
import org.tflion.train.data.TextRows;

class TrainStepTest {

  private static final double DECAY = 0.3;
  private static final double PEAK = 0.05;
  private static final int STEPS = 5;

  /** Near the middle of the gradients' norms here, so that some steps clip and some do not. */
  private static final double CLIP = 1.5;

  @TempDir private Path folder;

  private static StepConfig config(String name, String jit) {
    @Nullable Double epsilon = name.equals("adamw") ? 1e-3 : null;
    return new StepConfig(
        new Configs.Plain(name, PEAK, 0.8, 0.6, epsilon, DECAY, CLIP, jit).config(),
        new ScheduleConfig("linear", 2, 0, 0.1),
        STEPS,
        1);
  }

  private static TrainStep step(String name, String jit) {
    return new TrainStep(new Affine(), config(name, jit), Affine.SHAPE, 5);
  }

  private static Batch batch(int step) {
    return new TextRows(4, Affine.LENGTH)
        .batch(new Random(100 + step).ints(4 * Affine.LENGTH, -2, 3).toArray(), null);
  }

  private Bundle save(TrainStep step, String name) {
    step.save(folder.resolve(name));
    return new Bundle(folder.resolve(name));
  }

  /** Warmup of two updates to the peak, then linearly to a tenth of it at update five. */
  private static double rate(int update) {
    return update <= 2 ? PEAK * update / 2 : PEAK - (update - 2) / 3.0 * 0.9 * PEAK;
  }

  @ParameterizedTest
  @CsvSource({
    "lion, off",
    "lion, update",
    "lion, step",
    "adamw, off",
    "adamw, update",
    "adamw, step"
  })
  void followsTheEquationsOfTheWholeStep(String name, String jit) {
    try (TrainStep step = step(name, jit)) {
      Bundle first = save(step, "first");
      Oracle oracle =
          new Oracle(name, first.numbers("weights/matrix"), first.numbers("weights/bias"));
      boolean clipped = false;
      boolean whole = false;
      for (int update = 1; update <= STEPS; update++) {
        Step.Report report = step.run(batch(update));
        double loss = Affine.loss(batch(update), oracle.matrix, oracle.bias);
        double norm = oracle.update(batch(update), update);
        clipped |= norm > CLIP;
        whole |= norm < CLIP;
        // Some tens of float32 roundings, 6e-8 each, of numbers up to 10.
        assertThat(report.loss()).isCloseTo(loss, within(1e-5));
        assertThat(report.gradientNorm()).isCloseTo(norm, within(1e-5));
        assertThat(report.learningRate()).isCloseTo(rate(update), within(1e-15));
      }
      assertThat(clipped && whole).as("steps on both sides of the limit").isTrue();
      oracle.assertSame(save(step, "last"));
    }
  }

  /**
   * The step has two forward functions, with and without gradients, and the update one of its own.
   */
  @ParameterizedTest
  @CsvSource({"off, 0, 0", "update, 0, 1", "blocks, 0, 1", "auto, 0, 1", "step, 2, 1"})
  void compilesWhatJitNames(String jit, long forward, long update) {
    try (TrainStep step = step("lion", jit)) {
      List<String> compiled =
          step.graph().toGraphDef().getNodeList().stream()
              .filter(node -> node.containsAttr("_XlaMustCompile"))
              .filter(node -> node.getAttrOrThrow("_XlaMustCompile").getB())
              .map(NodeDef::getName)
              .toList();
      assertThat(compiled).filteredOn(name -> name.contains("forward")).hasSize((int) forward);
      assertThat(compiled.size() > forward).as("update of %s", compiled).isEqualTo(update > 0);
    }
  }

  @Test
  void evaluatesWithoutChangingAnything() {
    try (TrainStep step = step("lion", "update")) {
      step.run(batch(1));
      Bundle before = save(step, "before");
      double loss = step.evaluate(batch(2)).loss().value();
      assertThat(step.evaluate(batch(2)).loss().value()).isEqualTo(loss);
      Bundle after = save(step, "after");
      for (String name : new String[] {"weights/matrix", "weights/bias", "slots/momentum/matrix"}) {
        assertThat(after.numbers(name)).as(name).isEqualTo(before.numbers(name));
      }
      assertThat(after.updates()).isEqualTo(before.updates()).isEqualTo(1);
      assertThat(step.run(batch(2)).loss()).isCloseTo(loss, within(1e-6));
    }
  }

  @ParameterizedTest
  @CsvSource({"lion, update", "adamw, off", "adamw, step"})
  void goesOnFromWhatItSavedBitForBit(String name, String jit) {
    try (TrainStep straight = step(name, jit);
        TrainStep resumed = new TrainStep(new Affine(), config(name, jit), Affine.SHAPE, 6)) {
      straight.run(batch(1));
      straight.run(batch(2));
      save(straight, "middle");
      resumed.restore(folder.resolve("middle"));
      for (int update = 3; update <= STEPS; update++) {
        assertThat(resumed.run(batch(update))).isEqualTo(straight.run(batch(update)));
      }
      Bundle one = save(straight, "straight");
      Bundle two = save(resumed, "resumed");
      assertThat(two.numbers("weights/matrix")).isEqualTo(one.numbers("weights/matrix"));
      assertThat(two.numbers("weights/bias")).isEqualTo(one.numbers("weights/bias"));
    }
  }

  @Test
  void refusesTheStateOfAnotherOptimizer() {
    try (TrainStep lion = step("lion", "off");
        TrainStep adamw = step("adamw", "off")) {
      lion.save(folder.resolve("lion"));
      assertThatThrownBy(() -> adamw.restore(folder.resolve("lion")))
          .isInstanceOf(TensorFlowException.class)
          .hasMessageContaining("moment/");
    }
  }

  /** One run of either optimizer, clipping and decay included, in plain doubles. */
  private static final class Oracle {

    private final boolean lion;
    private final double[] matrix;
    private final double[] bias;
    private final double[] first = new double[8];
    private final double[] second = new double[8];

    Oracle(String name, double[] matrix, double[] bias) {
      lion = name.equals("lion");
      this.matrix = matrix;
      this.bias = bias;
    }

    /** Returns the norm before clipping. */
    double update(Batch batch, int update) {
      double[] gradient = Affine.gradient(batch, matrix, bias);
      double norm = Math.sqrt(Arrays.stream(gradient).map(g -> g * g).sum());
      for (int i = 0; i < gradient.length; i++) {
        double direction = direction(i, gradient[i] * Math.min(1, CLIP / norm), update);
        if (i < matrix.length) {
          matrix[i] -= rate(update) * (direction + DECAY * matrix[i]);
        } else {
          bias[i - matrix.length] -= rate(update) * direction;
        }
      }
      return norm;
    }

    private double direction(int i, double gradient, int update) {
      if (lion) {
        double direction = Math.signum(0.8 * first[i] + 0.2 * gradient);
        first[i] = 0.6 * first[i] + 0.4 * gradient;
        return direction;
      }
      first[i] = 0.8 * first[i] + 0.2 * gradient;
      second[i] = 0.6 * second[i] + 0.4 * gradient * gradient;
      double mean = first[i] / (1 - Math.pow(0.8, update));
      return mean / (Math.sqrt(second[i] / (1 - Math.pow(0.6, update))) + 1e-3);
    }

    void assertSame(Bundle saved) {
      String slot = lion ? "momentum" : "first_moment";
      assertPart(saved.numbers("weights/matrix"), matrix);
      assertPart(saved.numbers("weights/bias"), bias);
      assertPart(saved.numbers("slots/" + slot + "/matrix"), Arrays.copyOf(first, 6));
      assertPart(saved.numbers("slots/" + slot + "/bias"), Arrays.copyOfRange(first, 6, 8));
      if (!lion) {
        assertPart(saved.numbers("slots/second_moment/matrix"), Arrays.copyOf(second, 6));
        assertPart(saved.numbers("slots/second_moment/bias"), Arrays.copyOfRange(second, 6, 8));
      }
      assertThat(saved.updates()).isEqualTo(STEPS);
    }

    private static void assertPart(double[] actual, double[] expected) {
      // Five steps of some tens of float32 roundings, 6e-8 each, of numbers of order 1.
      assertThat(actual).containsExactly(expected, within(5e-6));
    }
  }
}
