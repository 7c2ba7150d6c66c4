package org.tflion.train.model.bert;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TType;
import org.tflion.train.config.TrainConfigs;
import org.tflion.train.model.DoubleModel;
import org.tflion.train.model.EncoderOracle;
import org.tflion.train.model.Inputs;
import org.tflion.train.model.Matrix;
import org.tflion.train.model.Parameter;
import org.tflion.train.model.Parameters;
import org.tflion.train.model.gpt.GptOracle;

class BertTest {

  /** Of equally good sums in another order, values of order 10: 1e-15 each, with room. */
  private static final double ROUNDING = 1e-10;

  private static final int VOCABULARY = 7;
  private static final int WIDTH = 6;
  private static final int[][] TOKENS = {{1, 6, 3, 6, 0}, {6, 5, 5, 2, 1}, {0, 2, 6, 6, 4}};
  private static final int[][] POSITIONS = {{1, 3}, {0, 3}, {2, 3}};
  private static final int[][] TARGETS = {{2, 4}, {1, 2}, {5, 0}};
  private static final int[] FLAT = {2, 4, 1, 2, 5, 0};
  private static final int[][] SEGMENTS = {{0, 0, 1, 1, 1}, {0, 0, 0, 0, 1}, {0, 1, 2, 2, 2}};

  private static Bert model(int layers) {
    return Bert.of(new BertConfig(layers, 2, WIDTH, 5, 0, 0), VOCABULARY - 1);
  }

  private static Inputs batch(Ops tf, int[][] tokens, int @Nullable [][] segments) {
    Map<String, Operand<? extends TType>> features = new LinkedHashMap<>();
    features.put("tokens", tf.constant(tokens));
    features.put("positions", tf.constant(POSITIONS));
    features.put("targets", tf.constant(TARGETS));
    if (segments != null) {
      features.put("segments", tf.constant(segments));
    }
    return new Inputs(features, null);
  }

  /** The scores at the holes of one row, from the equations in the Javadoc. */
  private static double[][] logits(
      Map<String, double[]> values, int layers, int row, int @Nullable [][] segments) {
    EncoderOracle oracle = new EncoderOracle(values, layers, 2, WIDTH);
    Matrix table = oracle.matrix("embedding.tokens", WIDTH);
    double[][] embedded = new double[5][];
    for (int t = 0; t < 5; t++) {
      embedded[t] = table.rows()[TOKENS[row][t]];
    }
    Matrix x = new Matrix(embedded).plus(oracle.matrix("embedding.positions", WIDTH));
    Matrix encoded =
        oracle.encode(
            x, query -> key -> segments == null || segments[row][query] == segments[row][key]);
    double[][] holes = new double[2][];
    for (int i = 0; i < 2; i++) {
      holes[i] = encoded.rows()[POSITIONS[row][i]];
    }
    Matrix turned = oracle.linear("head.transform", new Matrix(holes)).map(GptOracle::gelu);
    return oracle
        .norm("head.norm", turned)
        .times(table.transposed())
        .plus(oracle.matrix("head.bias", VOCABULARY))
        .rows();
  }

  private static List<Operand<TFloat64>> scalars(
      Bert model, Ops tf, Parameters<TFloat64> named, int @Nullable [][] segments) {
    Inputs batch = batch(tf, TOKENS, segments);
    var objective = model.loss(tf, named, batch);
    var accuracy = requireNonNull(objective.metrics().get("accuracy"));
    return List.of(
        DoubleModel.entropy(tf, model.logits(tf, named, batch), FLAT),
        objective.mean(),
        objective.count(),
        accuracy.value());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void followsItsEquationsInDoubles(boolean divided) {
    int @Nullable [][] segments = divided ? SEGMENTS : null;
    Bert model = model(2);
    Map<String, double[]> values = DoubleModel.randomValues(model, 2);
    double loss = 0;
    double right = 0;
    for (int row = 0; row < 3; row++) {
      double[][] logits = logits(values, 2, row, segments);
      for (int i = 0; i < 2; i++) {
        double[] target = new double[VOCABULARY];
        target[TARGETS[row][i]] = 1;
        loss += EncoderOracle.entropy(logits[i], target) / 6;
        right += EncoderOracle.best(logits[i]) == TARGETS[row][i] ? 1 / 6.0 : 0;
      }
    }
    try (DoubleModel graph =
        new DoubleModel(model, (tf, named) -> scalars(model, tf, named, segments))) {
      List<Double> found = graph.scalars(values);
      assertThat(found.get(1)).isCloseTo(loss, within(ROUNDING));
      assertThat(found.get(2)).isEqualTo(6);
      assertThat(found.get(3)).isCloseTo(right, within(ROUNDING));
    }
  }

  @Test
  void hasTheGradientsOfFiniteDifferences() {
    Bert model = model(1);
    Map<String, double[]> values = DoubleModel.randomValues(model, 3);
    try (DoubleModel graph =
        new DoubleModel(model, (tf, named) -> scalars(model, tf, named, null))) {
      graph.assertGradients(values);
    }
  }

  /** A token to the right of a hole counts, and one of another segment does not. */
  @Test
  void seesBothSidesOfItsOwnSegment() {
    Bert model = model(1);
    Map<String, double[]> values = DoubleModel.randomValues(model, 4);
    int[][] other = {TOKENS[0].clone(), TOKENS[1].clone(), TOKENS[2].clone()};
    other[1][4] = 3;
    assertThat(loss(model, values, other, null))
        .isNotCloseTo(loss(model, values, TOKENS, null), within(1e-6));
    assertThat(loss(model, values, other, SEGMENTS))
        .isEqualTo(loss(model, values, TOKENS, SEGMENTS));
  }

  private static double loss(
      Bert model, Map<String, double[]> values, int[][] tokens, int @Nullable [][] segments) {
    try (DoubleModel graph =
        new DoubleModel(
            model,
            (tf, named) ->
                List.of(
                    DoubleModel.entropy(
                        tf, model.logits(tf, named, batch(tf, tokens, segments)), FLAT)))) {
      return graph.scalars(values).get(0);
    }
  }

  @Test
  void namesEveryParameterOnce() {
    List<String> names = model(2).parameters().stream().map(Parameter::name).toList();
    assertThat(new HashSet<>(names)).hasSameSizeAs(names);
  }

  /**
   * V C + T C + 12 (12 C^2 + 13 C) of the blocks, 2 C of the norm, C^2 + 3 C + V of the head, with
   * C = 768, V = 32,000, T = 512: the paper says 110M.
   */
  @Test
  void isAsLargeAsThePapers() {
    BertConfig config = (BertConfig) TrainConfigs.read(null, List.of("preset=bert-110m")).model();
    assertThat(Bert.of(config, 256).size()).isEqualTo(110_649_344);
  }

  @Test
  void needsARowForTheHole() {
    BertConfig config = new BertConfig(1, 1, 2, 4, 0, 9);
    assertThat(Bert.of(config, 8).vocabulary()).isEqualTo(9);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Bert.of(config, 9))
        .withMessage("model.vocabulary must be 0 or above the tokenizer's 9 (got 9)");
  }
}
