package org.tflion.train.step;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.RunMetadata;
import org.tflion.train.data.Batch;

/**
 * What a loop repeats: a batch flows in, the weights move, a report flows out.
 *
 * <p>Where the weights lie is up to the implementation: in one session, or in pieces on many
 * workers. A loss or gradient that is not finite, or a loss above a limit, leaves everything as it
 * is, bit for bit.
 */
public interface Step extends AutoCloseable {

  /**
   * What one step reports.
   *
   * @param loss mean over the batch, before the update
   * @param learningRate used by the update
   * @param gradientNorm before clipping
   * @param updated whether the weights moved: the loss and all gradients are finite, and the loss
   *     is not above the limit
   */
  record Report(double loss, double learningRate, double gradientNorm, boolean updated) {}

  /**
   * Trains on one batch.
   *
   * @param limit largest loss at which the weights move
   */
  Report run(Batch batch, double limit);

  /** Trains on one batch, whatever its loss. */
  default Report run(Batch batch) {
    return run(batch, Double.POSITIVE_INFINITY);
  }

  /**
   * Looks for what is not finite in the loss of a batch and its gradients, without training.
   *
   * @return {@code loss}, or the name of the first parameter whose gradient has a NaN or infinity
   */
  Optional<String> firstNotFinite(Batch batch);

  /**
   * Loss and metrics of one batch, by the averages of the weights if they are kept; trains nothing.
   */
  Evaluation evaluate(Batch batch);

  /** The weights, slots and the counter of updates as they are now. */
  Snapshot snapshot();

  /** What a snapshot writes: whole tensors, however they lie in memory. */
  List<StateTensor> tensors();

  /**
   * Fills some of the tensors from a bundle.
   *
   * @param sources for the names of {@link #tensors} those in the bundle; none leaves everything as
   *     it is
   * @throws org.tensorflow.exceptions.TensorFlowException if a file is missing or damaged, or a
   *     name or shape differs
   */
  void restore(Path prefix, Map<String, String> sources);

  /**
   * Gives what TensorFlow recorded of every operation of each update from now on; of a batch in
   * parts, of the last run. Steps are slower meanwhile.
   *
   * @param consumer hears of each, or null to record no more
   * @throws IllegalArgumentException if this kind of step cannot
   */
  default void trace(@Nullable Consumer<RunMetadata> consumer) {
    throw new IllegalArgumentException(
        "--profile must come with a training in one process (got several workers)");
  }

  @Override
  void close();
}
