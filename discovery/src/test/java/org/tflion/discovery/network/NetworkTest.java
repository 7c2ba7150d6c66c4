package org.tflion.discovery.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.tflion.discovery.program.PaperProgram;
import org.tflion.discovery.task.Hurdle;
import org.tflion.discovery.task.Model;
import org.tflion.discovery.task.Task;
import org.tflion.discovery.task.Training;
import org.tflion.discovery.task.TrainingTask;

class NetworkTest {

  private static final Text TEXT =
      new Text(
          "the quick brown fox jumps over the lazy dog. "
              .repeat(20)
              .getBytes(StandardCharsets.US_ASCII),
          5,
          3);

  @Test
  void perceptronGradientsMatchFiniteDifferences() {
    checkGradient(Network.perceptron(blobs(), 7));
  }

  @Test
  void transformerGradientsMatchFiniteDifferences() {
    checkGradient(Network.transformer(TEXT, new TransformerConfig(2, 6, 2, 5)));
  }

  @Test
  void transformersDoNotSeeTheFuture() {
    var config = new TransformerConfig(1, 6, 2, 5);
    int changed = 4; // the last position of the first sequence
    float[][] before = logits(config, -1);
    float[][] after = logits(config, changed);
    for (int i = 0; i < before.length; i++) {
      if (i == changed) {
        assertThat(after[i]).isNotEqualTo(before[i]);
      } else {
        assertThat(after[i]).isEqualTo(before[i]);
      }
    }
  }

  /** What a block computes when one token of its input is another. */
  private static float[][] logits(TransformerConfig config, int changed) {
    var parameters = new Parameters(1);
    var layer = new Attention(parameters, 10, config.context(), config.heads(), config.width());
    float[] weights = new float[parameters.leaves().size()];
    parameters.initialise(weights);
    parameters.load(weights);
    float[][] x = random(new SplittableRandom(5), 10, config.width());
    if (changed >= 0) {
      x[changed][0] += 1;
    }
    return layer.forward(x);
  }

  @Test
  void productsMatchTheirDefinition() {
    var random = new SplittableRandom(3);
    float[][] x = random(random, 6, 7);
    float[][] y = random(random, 7, 5);
    float[][] out = new float[6][5];
    Products.add(x, y, out);
    Products.add(x, y, out);
    float[][] xt = new float[7][6];
    Products.transpose(x, xt);
    float[][] same = new float[6][5];
    Products.addTransposed(xt, y, same);
    for (int i = 0; i < 6; i++) {
      for (int j = 0; j < 5; j++) {
        double sum = 0;
        for (int k = 0; k < 7; k++) {
          sum += (double) x[i][k] * y[k][j];
        }
        // 1e-6: seven products of order 1 in float32.
        assertThat((double) out[i][j]).isCloseTo(2 * sum, within(2e-6));
        assertThat((double) same[i][j]).isCloseTo(sum, within(1e-6));
      }
    }
  }

  /** A search once found programs that blow all logits up alike, to a loss of zero. */
  @Test
  void guessingWithHugeLogitsIsStillGuessing() {
    float[][] huge = {{1e30f, 1e30f, 1e30f, 1e30f}};
    assertThat(new CrossEntropy(1, 4).loss(huge, new int[] {2})).isEqualTo(Math.log(4));
    float[][] wrong = {{1e30f, 0, 0, 0}};
    assertThat(new CrossEntropy(1, 4).loss(wrong, new int[] {2})).isGreaterThan(1e29);
  }

  @Test
  void trainingLearnsBlobs() {
    Task task =
        new TrainingTask(
            "blobs",
            seed -> new Training(Network.perceptron(blobs().reseeded(seed), 16), 200),
            2,
            Hurdle.NONE);
    // AdamW starts at log(10) = 2.3 and learns most of it.
    assertThat(task.fitness(PaperProgram.ADAMW.program())).isBetween(-1.5, 0.0);
    assertThat(task.heldOut(PaperProgram.ADAMW.program())).isBetween(-1.5, 0.0);
  }

  /**
   * Compares slopes along random directions with central differences. Losses of order 3 in float32
   * carry some 1e-6 of rounding, divided by a distance of 1e-3; larger steps meet the rectifier's
   * kinks and the curvature of normalising small embeddings.
   */
  private static void checkGradient(Model model) {
    float[] weights = weights(model);
    float[] gradient = new float[weights.length];
    model.gradient(weights, gradient, 0);
    for (int leaf = 0; leaf < model.leaves().count(); leaf++) {
      for (int direction = 0; direction < 4; direction++) {
        var random = new SplittableRandom(10L * leaf + direction);
        float[] along = new float[weights.length];
        double expected = 0;
        for (int i = model.leaves().start(leaf); i < model.leaves().start(leaf + 1); i++) {
          along[i] = (float) random.nextGaussian();
          expected += gradient[i] * along[i];
        }
        double slope = (loss(model, along, 5e-4f) - loss(model, along, -5e-4f)) / 1e-3;
        assertThat(slope).as("leaf %d", leaf).isCloseTo(expected, within(4e-3));
      }
    }
  }

  private static double loss(Model model, float[] direction, float distance) {
    float[] weights = weights(model);
    for (int i = 0; i < weights.length; i++) {
      weights[i] += distance * direction[i];
    }
    return model.gradient(weights, new float[weights.length], 0);
  }

  /** Initial weights with every zero moved, so that no part of the gradient is special. */
  private static float[] weights(Model model) {
    float[] weights = new float[model.leaves().size()];
    model.initialise(weights);
    var random = new SplittableRandom(1);
    for (int i = 0; i < weights.length; i++) {
      weights[i] += (float) (0.1 * random.nextGaussian());
    }
    return weights;
  }

  /** Ten noisy patterns, one for each class. */
  static Digits blobs() {
    var random = new SplittableRandom(2);
    float[][] patterns = random(random, 10, 12);
    float[][] images = random(random, 400, 12);
    int[] labels = new int[400];
    for (int i = 0; i < images.length; i++) {
      labels[i] = i % 10;
      for (int j = 0; j < 12; j++) {
        images[i][j] = 0.5f * images[i][j] + patterns[labels[i]][j];
      }
    }
    return new Digits(images, labels, 8);
  }

  private static float[][] random(SplittableRandom random, int rows, int columns) {
    float[][] matrix = new float[rows][columns];
    for (float[] row : matrix) {
      for (int j = 0; j < columns; j++) {
        row[j] = (float) random.nextGaussian();
      }
    }
    return matrix;
  }
}
