package org.tflion.train.loop;

import org.tflion.Require;

/**
 * How long a run trains, and what it does on the way.
 *
 * <p>Messages name the keys of a config file, such as {@code train.eval_every}.
 *
 * @param steps updates of the whole run; 1 or more
 * @param batch sequences of one update; 1 or more
 * @param microBatch sequences that go through the model at once; a divisor of the batch, 0 for all
 *     of them; the weights come out the same, but for rounding
 * @param seed of the initial weights and of the order of the data
 * @param logEvery steps between two lines of metrics; 1 or more
 * @param evalEvery steps between two evaluations; 0 evaluates at the end alone
 * @param evalBatches batches of one evaluation; 1 or more
 * @param checkpointEvery steps between two checkpoints; 0 saves at the end alone
 * @param keep newest checkpoints that stay on disk; 1 or more
 */
public record LoopConfig(
    long steps,
    int batch,
    int microBatch,
    long seed,
    int logEvery,
    int evalEvery,
    int evalBatches,
    int checkpointEvery,
    int keep) {

  /**
   * Checks every number.
   *
   * @throws IllegalArgumentException if one is outside its range
   */
  public LoopConfig {
    Require.that(steps > 0, "train.steps must be 1 or more", steps);
    Require.that(batch > 0, "train.batch must be 1 or more", batch);
    Require.that(
        microBatch >= 0 && (microBatch == 0 || batch % microBatch == 0),
        "train.micro_batch must be 0 or a divisor of train.batch " + batch,
        microBatch);
    Require.that(logEvery > 0, "train.log_every must be 1 or more", logEvery);
    Require.that(evalEvery >= 0, "train.eval_every must be 0 (at the end) or more", evalEvery);
    Require.that(evalBatches > 0, "train.eval_batches must be 1 or more", evalBatches);
    Require.that(
        checkpointEvery >= 0,
        "train.checkpoint_every must be 0 (at the end) or more",
        checkpointEvery);
    Require.that(keep > 0, "train.keep must be 1 or more", keep);
  }

  /** Sequences that go through the model at once. */
  public int rows() {
    return microBatch == 0 ? batch : microBatch;
  }
}
