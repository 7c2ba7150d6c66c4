package org.tflion.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.tflion.optim.FactorRule.Axis.BATCH;
import static org.tflion.optim.FactorRule.Axis.COLUMN;
import static org.tflion.optim.FactorRule.Axis.NONE;
import static org.tflion.optim.FactorRule.Axis.ROW;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Graph;
import org.tensorflow.ndarray.Shape;
import org.tflion.schedule.Schedule;

/** T5X's rules of factoring and its offset, against its equations written out in doubles. */
class FactorRuleTest {

  private static final int LAYERS = 3;
  private static final int ROWS = 4;
  private static final int HEADS = 2;
  private static final int WIDTH = 5;
  private static final int COLUMNS = HEADS * WIDTH;
  private static final int LAYER = ROWS * COLUMNS;
  private static final Shape SHAPE = Shape.of(LAYERS, ROWS, HEADS, WIDTH);
  private static final Schedule RATE = Schedule.linear(0.1, 0.02, 10);

  static Stream<Trial.Setting> settings() {
    return Trial.Setting.all().stream().filter(Trial.Setting::isDouble);
  }

  private static Trial<?> trial(
      Trial.Setting setting, Shape shape, double[] start, AdafactorConfig config) {
    return new Trial<>(
        setting,
        shape,
        start,
        UpdateOptions.DEFAULT,
        (graph, options) -> new Adafactor(graph, config, options));
  }

  private static AdafactorConfig t5x() {
    return AdafactorConfig.t5x().withLearningRate(RATE);
  }

  /** A stack of kernels from rows to heads times width: each layer is a matrix of its own. */
  @ParameterizedTest
  @MethodSource("settings")
  void factorsEachLayerOfAStackAsItsRuleSays(Trial.Setting setting) {
    AdafactorConfig config =
        t5x()
            .withFactorRules(FactorRule.of("^w$", BATCH, ROW, COLUMN, COLUMN))
            .withMomentum(0.8)
            .withWeightDecay(Schedule.constant(0.01));
    Random random = new Random(1);
    double[] w = numbers(random, LAYERS * LAYER, 1);
    double[] row = new double[LAYERS * ROWS];
    double[] column = new double[LAYERS * COLUMNS];
    double[] m = new double[LAYERS * LAYER];
    try (Trial<?> trial = trial(setting, SHAPE, w.clone(), config)) {
      for (int t = 1; t <= 6; t++) {
        double[] g = numbers(random, LAYERS * LAYER, Math.pow(10, t % 3 - 1));
        trial.step(g);
        for (int layer = 0; layer < LAYERS; layer++) {
          step(new Layer(layer, w, g, m), row, column, t);
        }
        // Six updates of some dozens of roundings of 1e-16.
        assertThat(trial.value("w")).containsExactly(w, within(1e-13));
        assertThat(trial.value("w-row")).containsExactly(row, within(1e-11));
        assertThat(trial.value("w-column")).containsExactly(column, within(1e-11));
      }
    }
  }

  /** One matrix of a stack, in flat arrays of the whole. */
  private static final class Layer {
    final int number;
    final double[] w;
    final double[] g;
    final double[] m;

    Layer(int number, double[] w, double[] g, double[] m) {
      this.number = number;
      this.w = w;
      this.g = g;
      this.m = m;
    }

    int at(int row, int column) {
      return number * LAYER + row * COLUMNS + column;
    }
  }

  private static void step(Layer layer, double[] row, double[] column, int t) {
    double fading = Math.pow(t, -0.8);
    double mean = 0;
    for (int r = 0; r < ROWS; r++) {
      double sum = 0;
      for (int c = 0; c < COLUMNS; c++) {
        sum += square(layer, r, c) / COLUMNS;
      }
      int i = layer.number * ROWS + r;
      row[i] = (1 - fading) * row[i] + fading * sum;
      mean += row[i] / ROWS;
    }
    for (int c = 0; c < COLUMNS; c++) {
      double sum = 0;
      for (int r = 0; r < ROWS; r++) {
        sum += square(layer, r, c) / ROWS;
      }
      int i = layer.number * COLUMNS + c;
      column[i] = (1 - fading) * column[i] + fading * sum;
    }
    move(layer, row, column, mean, t);
  }

  private static void move(Layer layer, double[] row, double[] column, double mean, int t) {
    double[] u = new double[LAYER];
    double updates = 0;
    double weights = 0;
    for (int i = 0; i < LAYER; i++) {
      int at = layer.number * LAYER + i;
      double v =
          row[layer.number * ROWS + i / COLUMNS]
              * column[layer.number * COLUMNS + i % COLUMNS]
              / mean;
      u[i] = layer.g[at] / Math.sqrt(v);
      updates += u[i] * u[i] / LAYER;
      weights += layer.w[at] * layer.w[at] / LAYER;
    }
    double scale = RATE.at(t) * Math.max(Math.sqrt(weights), 1e-3);
    for (int i = 0; i < LAYER; i++) {
      int at = layer.number * LAYER + i;
      double step = scale * u[i] / Math.max(1, Math.sqrt(updates));
      layer.m[at] = 0.8 * layer.m[at] + (1 - 0.8) * step;
      layer.w[at] = (1 - 0.01) * layer.w[at] - layer.m[at];
    }
  }

  private static double square(Layer layer, int row, int column) {
    double g = layer.g[layer.at(row, column)];
    return g * g + 1e-30;
  }

  /** After the offset the decay begins anew: the first update forgets all before. */
  @ParameterizedTest
  @MethodSource("settings")
  void anOffsetRestartsTheSecondMoment(Trial.Setting setting) {
    double[] v = new double[3];
    try (Trial<?> trial =
        trial(setting, Shape.of(3), new double[] {1, 2, 3}, t5x().withOffset(2))) {
      Random random = new Random(2);
      for (int t = 1; t <= 5; t++) {
        double[] g = numbers(random, 3, 1);
        trial.step(g);
        double fading = Math.pow(Math.max(t - 2, 1), -0.8);
        for (int i = 0; i < 3; i++) {
          v[i] = (1 - fading) * v[i] + fading * (g[i] * g[i] + 1e-30);
        }
        assertThat(trial.value("w-second_moment")).containsExactly(v, within(1e-15));
      }
    }
  }

  @Test
  void keepsAsManyElementsAsItsFactors() {
    AdafactorConfig config =
        t5x()
            .withFactorRules(
                FactorRule.of("stack", BATCH, ROW, COLUMN, COLUMN),
                FactorRule.of("bias", BATCH, NONE),
                FactorRule.of("flat", ROW, COLUMN));
    Rule rule = new AdafactorRule(config);
    assertThat(shapes(rule.of("stack"), SHAPE))
        .containsExactly(Shape.of(LAYERS, ROWS), Shape.of(LAYERS, HEADS, WIDTH));
    assertThat(shapes(rule.of("bias"), Shape.of(500, 600))).containsExactly(Shape.of(500, 600));
    // A matrix whose rule names no batch is left to the largest axes: too small to be factored.
    assertThat(shapes(rule.of("flat"), Shape.of(6, 7))).containsExactly(Shape.of(6, 7));
    assertThat(shapes(rule.of("other"), Shape.of(200, 300)))
        .containsExactly(Shape.of(200), Shape.of(300));
  }

  private static List<Shape> shapes(Rule rule, Shape weight) {
    return rule.slots(weight).stream().map(Slot::shape).toList();
  }

  @Test
  void refusesRulesThatDoNotFit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FactorRule.of("w", ROW, NONE))
        .withMessageContaining("axes must be rows, columns and batches");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FactorRule.of("w", ROW, COLUMN, NONE))
        .withMessageContaining("(got [ROW, COLUMN, NONE])");
    FactorRule stack = FactorRule.of("w", BATCH, ROW, COLUMN);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AdafactorConfig.optax(RATE).withFactorRules(stack))
        .withMessageContaining("variants other than T5X (got OPTAX)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AdafactorConfig.shazeer().withOffset(1))
        .withMessageContaining("offset must be 0");
    Rule rule = new AdafactorRule(t5x().withFactorRules(stack));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rule.of("w").slots(Shape.of(2, 2)))
        .withMessageContaining("one axis for each of [BATCH, ROW, COLUMN] (got [2, 2])");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rule.check(List.of("x", "y")))
        .withMessageContaining("'w': pattern must be the first to match some weight");
    try (Graph graph = new Graph()) {
      TwoLayers model = new TwoLayers(graph, Kind.REF);
      AdafactorConfig config = t5x().withFactorRules(FactorRule.of("third", BATCH, NONE));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Adafactor(graph, config).minimize(model.loss))
          .withMessageContaining("'third'");
    }
  }

  private static double[] numbers(Random random, int size, double scale) {
    return random.doubles(size, -scale, scale).toArray();
  }
}
