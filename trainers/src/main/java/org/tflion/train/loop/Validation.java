package org.tflion.train.loop;

import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;
import org.tflion.train.data.Batch;
import org.tflion.train.data.Batches;
import org.tflion.train.step.Evaluation;

/**
 * Validation: means over the same batches every time.
 *
 * @param sampler where they come from
 * @param batches how many; above 0
 */
public record Validation(Batches sampler, int batches) {

  public Validation {
    Require.that(batches > 0, "Validation: batches must be above 0", batches);
  }

  /**
   * The means over all batches, in which everything that counts counts the same.
   *
   * @param evaluator measures one batch
   * @param listener hears of progress
   */
  public Evaluation mean(Function<Batch, Evaluation> evaluator, LoopListener listener) {
    @Nullable Evaluation all = null;
    for (int i = 0; i < batches; i++) {
      Evaluation one = evaluator.apply(sampler.at(i));
      all = all == null ? one : all.plus(one);
      listener.onEvaluation(i + 1, batches);
    }
    return Objects.requireNonNull(all, "there is at least one batch");
  }
}
