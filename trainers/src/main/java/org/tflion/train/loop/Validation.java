package org.tflion.train.loop;

import java.util.function.ToDoubleFunction;
import org.tflion.Require;
import org.tflion.train.data.Batch;
import org.tflion.train.data.Batches;

/**
 * The validation loss: a mean over the same batches every time.
 *
 * @param sampler where they come from
 * @param batches how many; above 0
 */
public record Validation(Batches sampler, int batches) {

  public Validation {
    Require.that(batches > 0, "Validation: batches must be above 0", batches);
  }

  /**
   * The mean loss.
   *
   * @param loss of one batch
   * @param listener hears of progress
   */
  public double mean(ToDoubleFunction<Batch> loss, LoopListener listener) {
    double sum = 0;
    for (int i = 0; i < batches; i++) {
      sum += loss.applyAsDouble(sampler.at(i));
      listener.onEvaluation(i + 1, batches);
    }
    return sum / batches;
  }
}
