package org.tflion.train.loop;

import java.util.List;
import org.jspecify.annotations.Nullable;
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
 * @param checkpointMinutes longest time between two checkpoints; finite, 0 for no such limit
 * @param keep newest checkpoints that stay on disk; 1 or more
 * @param keepEvery checkpoints at multiples of so many steps stay for good; 0 for none
 * @param keepBest whether the checkpoint with the lowest validation loss is saved and stays
 * @param asyncSave whether steps go on while a checkpoint is written, from a copy of the state in
 *     memory
 * @param onFailedSave whether a run that cannot write {@code stop}s, or {@code continue}s with a
 *     warning and the checkpoints it has; the last save of a run must succeed
 * @param precision of matrix products: {@code float32}, or {@code bfloat16} with sums, weights and
 *     all else in float32; null for float32
 * @param recompute whether the blocks of the model compute their insides anew for the gradient,
 *     which takes longer and less memory; null for no
 * @param replicas passes through the model beside each other, each with its share of the sequences
 *     that go through it at once; a divisor of these, or null for what this machine does faster
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
    double checkpointMinutes,
    int keep,
    long keepEvery,
    boolean keepBest,
    boolean asyncSave,
    String onFailedSave,
    @Nullable String precision,
    @Nullable Boolean recompute,
    @Nullable Integer replicas) {

  public static final List<String> ON_FAILED_SAVE = List.of("stop", "continue");
  public static final List<String> PRECISIONS = List.of("float32", "bfloat16");

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
    Require.notNegative("train.checkpoint_minutes", checkpointMinutes);
    Require.that(keep > 0, "train.keep must be 1 or more", keep);
    Require.that(keepEvery >= 0, "train.keep_every must be 0 (none) or more", keepEvery);
    Require.that(
        ON_FAILED_SAVE.contains(onFailedSave),
        "train.on_failed_save must be one of " + ON_FAILED_SAVE,
        onFailedSave);
    Require.that(
        precision == null || PRECISIONS.contains(precision),
        "train.precision must be one of " + PRECISIONS,
        precision == null ? "none" : precision);
    int atOnce = rows(batch, microBatch);
    Require.that(
        replicas == null || (replicas > 0 && atOnce % replicas == 0),
        "train.replicas must be a divisor of the sequences at once, " + atOnce,
        replicas == null ? "none" : replicas);
  }

  /** Whether matrix products are of bfloat16. */
  public boolean halved() {
    return "bfloat16".equals(precision);
  }

  /** Whether blocks are computed anew for the gradient. */
  public boolean recomputed() {
    return Boolean.TRUE.equals(recompute);
  }

  /** Whether a failed save ends the run. */
  public boolean stopsOnFailedSave() {
    return onFailedSave.equals("stop");
  }

  /** Sequences that go through the model at once. */
  public int rows() {
    return rows(batch, microBatch);
  }

  private static int rows(int batch, int microBatch) {
    return microBatch == 0 ? batch : microBatch;
  }
}
