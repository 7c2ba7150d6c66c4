package org.tflion.train.model.vit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;
import org.tflion.train.config.TrainConfigs;
import org.tflion.train.model.DoubleModel;
import org.tflion.train.model.EncoderOracle;
import org.tflion.train.model.Inputs;
import org.tflion.train.model.Matrix;
import org.tflion.train.model.Parameter;
import org.tflion.train.model.Parameters;

class VitTest {

  /** Of equally good sums in another order, values of order 10: 1e-15 each, with room. */
  private static final double ROUNDING = 1e-10;

  private static final int IMAGE = 6;
  private static final int CHANNELS = 2;
  private static final int PATCH = 3;
  private static final int CLASSES = 4;
  private static final int ROWS = 5;
  private static final int[] LABELS = {2, 0, 3, 3, 1};

  /** Pictures of 6 x 6 pixels of 2 channels, in 4 patches. */
  private static final int[] PIXELS =
      new Random(1).ints((long) ROWS * IMAGE * IMAGE * CHANNELS, 0, 256).toArray();

  private static Vit model(String pooling, double smoothing, int layers) {
    return new Vit(
        new VitConfig(IMAGE, CHANNELS, PATCH, CLASSES, layers, 2, 6, pooling, 0, smoothing));
  }

  private static Inputs batch(Ops tf) {
    var flat = tf.constant(PIXELS); // [B * image * image * c]
    var pixels = tf.reshape(flat, tf.constant(Shape.of(ROWS, IMAGE, IMAGE, CHANNELS)));
    Map<String, Operand<? extends TType>> features = new LinkedHashMap<>();
    features.put(Vit.PIXELS, tf.dtypes.cast(pixels, TUint8.class));
    features.put(Vit.LABELS, tf.constant(LABELS));
    return new Inputs(features, null);
  }

  private static List<Operand<TFloat64>> objective(Vit model, Ops tf, Parameters<TFloat64> values) {
    var objective = model.loss(tf, values, batch(tf));
    var accuracy = requireNonNull(objective.metrics().get("accuracy"));
    return List.of(objective.mean(), objective.count(), accuracy.value(), accuracy.count());
  }

  /** The scores of one picture, from the equations in the Javadoc. */
  private static double[] logits(Vit model, Map<String, double[]> values, int row) {
    EncoderOracle oracle = new EncoderOracle(values, model.config().layers(), 2, 6);
    boolean token = model.config().pooling().equals("class");
    double[][] patches = new double[4][PATCH * PATCH * CHANNELS];
    for (int y = 0; y < IMAGE; y++) {
      for (int x = 0; x < IMAGE; x++) {
        for (int c = 0; c < CHANNELS; c++) {
          int pixel = PIXELS[((row * IMAGE + y) * IMAGE + x) * CHANNELS + c];
          int place = ((y % PATCH) * PATCH + x % PATCH) * CHANNELS + c;
          patches[(y / PATCH) * 2 + x / PATCH][place] = (pixel - 127.5) / 127.5;
        }
      }
    }
    double[][] embedded = oracle.linear("embedding.patches", new Matrix(patches)).rows();
    if (token) {
      double[][] more = new double[5][];
      more[0] = oracle.vector("embedding.class");
      System.arraycopy(embedded, 0, more, 1, 4);
      embedded = more;
    }
    Matrix x = new Matrix(embedded).plus(oracle.matrix("embedding.positions", 6));
    Matrix encoded = oracle.encode(x, EncoderOracle.Sight.ALL);
    double[] pooled = encoded.rows()[0].clone();
    for (int t = 1; !token && t < 4; t++) {
      for (int c = 0; c < 6; c++) {
        pooled[c] += encoded.rows()[t][c];
      }
    }
    double share = token ? 1 : 0.25;
    Matrix one = Matrix.of(Arrays.stream(pooled).map(each -> each * share).toArray(), 6);
    return oracle.linear("head", one).rows()[0];
  }

  @ParameterizedTest
  @CsvSource({"class, 0", "mean, 0", "class, 0.3", "mean, 0.1"})
  void followsItsEquationsInDoubles(String pooling, double smoothing) {
    Vit model = model(pooling, smoothing, 2);
    Map<String, double[]> values = DoubleModel.randomValues(model, 2);
    double loss = 0;
    double right = 0;
    for (int row = 0; row < ROWS; row++) {
      double[] target = new double[CLASSES];
      Arrays.fill(target, smoothing / CLASSES);
      target[LABELS[row]] += 1 - smoothing;
      double[] logits = logits(model, values, row);
      loss += EncoderOracle.entropy(logits, target) / ROWS;
      right += EncoderOracle.best(logits) == LABELS[row] ? 1.0 / ROWS : 0;
    }
    try (DoubleModel graph =
        new DoubleModel(model, (tf, named) -> logitsAndObjective(model, tf, named))) {
      List<Double> found = graph.scalars(values);
      assertThat(found.get(1)).isCloseTo(loss, within(ROUNDING));
      assertThat(found.get(2)).isEqualTo(ROWS);
      assertThat(found.get(3)).isCloseTo(right, within(ROUNDING)).isBetween(0.0, 0.9);
      assertThat(found.get(4)).isEqualTo(ROWS);
    }
  }

  /** What can be differentiated in float64 comes first. */
  private static List<Operand<TFloat64>> logitsAndObjective(
      Vit model, Ops tf, Parameters<TFloat64> named) {
    var objective = objective(model, tf, named);
    return List.of(
        DoubleModel.entropy(tf, model.logits(tf, named, batch(tf)), LABELS),
        objective.get(0),
        objective.get(1),
        objective.get(2),
        objective.get(3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"class", "mean"})
  void hasTheGradientsOfFiniteDifferences(String pooling) {
    Vit model = model(pooling, 0, 1);
    Map<String, double[]> values = DoubleModel.randomValues(model, 3);
    try (DoubleModel graph =
        new DoubleModel(
            model,
            (tf, named) ->
                List.of(DoubleModel.entropy(tf, model.logits(tf, named, batch(tf)), LABELS)))) {
      graph.assertGradients(values);
    }
  }

  @Test
  void namesEveryParameterOnce() {
    List<String> names = model("class", 0, 2).parameters().stream().map(Parameter::name).toList();
    assertThat(new HashSet<>(names)).hasSameSizeAs(names).contains("embedding.class");
    assertThat(model("mean", 0, 2).parameters())
        .extracting(Parameter::name)
        .doesNotContain("embedding.class");
  }

  /** Chen et al., 2023, table 1 has 86.57M; the sum is that of Dosovitskiy's released weights. */
  @Test
  void isAsLargeAsThePapers() {
    VitConfig config = (VitConfig) TrainConfigs.read(null, List.of("preset=vit-b16")).model();
    assertThat(new Vit(config).size()).isEqualTo(86_567_656);
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new VitConfig(28, 1, 5, 10, 1, 1, 8, "mean", 0, 0))
        .withMessage("model.patch must divide model.image 28 (got 5)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new VitConfig(28, 1, 4, 10, 1, 3, 8, "mean", 0, 0))
        .withMessage("model.heads must divide model.width 8 (got 3)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new VitConfig(28, 1, 4, 10, 1, 1, 8, "max", 0, 0))
        .withMessage("model.pooling must be one of [class, mean] (got max)");
  }

  @Test
  void refusesABatchWithoutItsFeatures() {
    Vit model = model("mean", 0, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new DoubleModel(
                        model,
                        (tf, named) -> {
                          Operand<TInt32> labels = tf.constant(LABELS);
                          return List.of(
                              model.loss(tf, named, Inputs.of(Vit.LABELS, labels)).mean());
                        })
                    .close())
        .withMessage("Inputs: feature pixels must be a TUint8 of the batch (got [labels])");
  }
}
