package org.tflion.train.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.tflion.train.config.TrainConfigs;
import org.tflion.train.data.BatchShape;
import org.tflion.train.data.TextRows;
import org.tflion.train.model.Compute;
import org.tflion.train.model.gpt.Gpt;
import org.tflion.train.model.gpt.GptConfig;

class PassCostTest {

  private static final int ROWS = 2;
  private static final int TOKENS = 16;
  private final Gpt model =
      new Gpt(
          (GptConfig)
              TrainConfigs.read(
                      null,
                      List.of(
                          "model.layers=3",
                          "model.heads=4",
                          "model.width=32",
                          "model.context=" + TOKENS,
                          "model.vocabulary=500"))
                  .model(),
          500);

  private PassCost cost(int rows, int gradients, int tensor) {
    return PassCost.of(
        model,
        new TextRows(rows, TOKENS + 1).shape(false),
        new PassCost.Division(gradients, tensor),
        Compute.PLAIN);
  }

  @Test
  void everyMatrixMultipliesOnceForwardAndTwiceBackward() {
    double weights =
        model.parameters().stream()
            .filter(p -> p.shape().numDimensions() == 2 && !p.name().contains("positions"))
            .mapToLong(p -> p.shape().size())
            .sum();
    // Scores and mixing: two products of [T, D] and [T, T] for each head, over all heads T T C.
    double attention = 2.0 * TOKENS * TOKENS * 32 * 3;
    double forward = 2 * ROWS * (weights * TOKENS + attention);
    assertThat(cost(ROWS, 1, 1).matrixFlops()).isEqualTo(3 * forward, within(1.0));
  }

  /**
   * Every block keeps its rows alone, and one block at a time what the others kept as well; its
   * products forward are made twice, but for the last one of what is computed anew.
   */
  @Test
  void computingAnewKeepsLessAndMultipliesMore() {
    Compute anew = new Compute(false, false, true);
    BatchShape batch = new TextRows(8, TOKENS + 1).shape(false);
    PassCost whole = PassCost.of(model, batch, PassCost.Division.NONE, anew);
    PassCost apart = PassCost.of(model, batch, new PassCost.Division(2, 1), anew);
    PassCost kept = cost(8, 1, 1);
    double logits = 2.0 * 8 * TOKENS * 32 * 500;
    double forward = kept.matrixFlops() / 3 - logits;
    assertThat(whole.matrixFlops()).isEqualTo(kept.matrixFlops());
    // By the weights [4 C, C] that end the blocks, and [C, C] that end their first halves.
    double square = 2.0 * 8 * TOKENS * 32 * 32;
    assertThat(whole.anewFlops()).isEqualTo(forward - 3 * 4 * square, within(1.0));
    assertThat(apart.anewFlops()).isEqualTo(forward - 3 * 5 * square, within(1.0));
    assertThat(kept.anewFlops()).isZero();
    // Scores, hidden layers and normed inputs of two of three blocks.
    long rows = 8L * TOKENS;
    long block = 4 * (rows * (2 * 32 + 3 * 32 + 2 * 4 * 32) + 8L * 4 * TOKENS * TOKENS);
    assertThat(kept.activationBytes() - whole.activationBytes()).isGreaterThan(2 * block);
    // Most is alive at the logits, where the rows between halves of blocks are kept as well.
    long more = apart.activationBytes() - whole.activationBytes();
    assertThat(more).isCloseTo(3 * 4 * rows * 32, within(1024L));
  }

  @Test
  void gradientsAreAliveAtTheEnd() {
    long gradients = model.parameters().stream().mapToLong(p -> p.shape().size() * 4).sum();
    PassCost cost = cost(1, 1, 1);
    assertThat(cost.peakBytes()).isGreaterThan(gradients);
    assertThat(cost.activationBytes()).isLessThan(cost.peakBytes());
    assertThat(cost(1, 4, 1).peakBytes()).isLessThan(cost.peakBytes()).isGreaterThan(gradients / 4);
  }

  @Test
  void activationsGrowWithTheRowsAndShrinkWithTheTensorAxis() {
    long one = cost(4, 1, 1).activationBytes();
    assertThat(cost(8, 1, 1).activationBytes()).isBetween(2 * one * 95 / 100, 2 * one);
    assertThat(cost(4, 1, 4).activationBytes()).isBetween(one / 4, one * 6 / 10);
  }

  @Test
  void aBlockHoldsWhatItsBackwardPassReads() {
    // Of every block at least the two normed inputs, q, k, v, shares, and the hidden layer twice.
    long rows = (long) ROWS * TOKENS;
    long block = 4 * (rows * (2 * 32 + 3 * 32 + 2 * 4 * 32) + ROWS * 4L * TOKENS * TOKENS);
    long logits = 4 * rows * 500;
    assertThat(cost(ROWS, 1, 1).activationBytes()).isBetween(3 * block, 9 * block + 4 * logits);
  }
}
