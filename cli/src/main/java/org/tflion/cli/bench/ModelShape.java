package org.tflion.cli.bench;

import java.util.List;
import java.util.Random;
import org.tflion.Require;
import org.tflion.train.data.Batch;
import org.tflion.train.data.Column;
import org.tflion.train.data.Feature;
import org.tflion.train.model.gpt.Gpt;
import org.tflion.train.model.gpt.GptConfig;

/**
 * The GPT that is trained, and its batch: learned positions, layer norms, exact GELU, no biases, no
 * dropout, the output layer tied to the embedding.
 *
 * @param layers number of blocks
 * @param width C
 * @param heads of a block, a divisor of the width
 * @param context T
 * @param batch B
 */
public record ModelShape(int layers, int width, int heads, int context, int batch) {

  /** Bytes as tokens. */
  static final int VOCABULARY = 256;

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if one is outside its range
   */
  public ModelShape {
    Require.that(batch > 0, "bench step: --batch must be 1 or more", batch);
  }

  Gpt model() {
    GptConfig config =
        new GptConfig(
            layers, heads, width, context, "learned", "layernorm", "gelu", false, 0, 0, 0);
    return Gpt.of(config, VOCABULARY);
  }

  /** Random tokens, always the same. */
  Batch tokens() {
    Feature feature = new Feature(Gpt.TEXT, Feature.Type.INT32, List.of(context + 1));
    int[] numbers = new Random(1).ints((long) batch * (context + 1), 0, VOCABULARY).toArray();
    return Batch.of(batch, new Column.Ints(feature, numbers));
  }

  /** Tokens of one step. */
  public long tokensOfStep() {
    return (long) batch * context;
  }

  /**
   * Floating point operations of the matrix products of one step, forward and backward: 6 for each
   * weight of a matrix and token, the token table counting once, and 12 L T C for attention, whose
   * masked half is counted too.
   */
  public double flops() {
    double matrices = 12.0 * layers * width * width + (double) VOCABULARY * width;
    double attention = 12.0 * layers * context * width;
    return tokensOfStep() * (6 * matrices + attention);
  }
}
