package org.tflion.train.metrics;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known after one step.
 *
 * @param step number of updates done, from 1
 * @param loss of the step's batch before its update, in nats per token where it is a likelihood
 * @param valLoss mean over the validation batches after the update, where it was evaluated
 * @param learningRate of the update
 * @param gradNorm global norm of the gradients before clipping
 * @param tokens trained on so far
 * @param tokensPerSecond over the steps since the last line
 * @param stepMs mean milliseconds of a step since the last line
 * @param skipped updates left out so far
 * @param skippedFor why the update of this step was left out, if it was
 * @param saveMs milliseconds that steps waited for checkpoints since the last line, where any was
 *     saved
 * @param dataWaitMs mean milliseconds that a step waited for its batch since the last line
 * @param valMetrics the model's other means over the validation batches, by the keys of the file,
 *     such as {@code val_accuracy}; none where it was not evaluated
 * @param deviceMetrics what the devices said of themselves last, by the keys of the file, such as
 *     {@code mfu} and {@code hbm_used_bytes}; none where nobody asks them
 */
public record StepMetrics(
    long step,
    double loss,
    @Nullable Double valLoss,
    double learningRate,
    double gradNorm,
    long tokens,
    double tokensPerSecond,
    double stepMs,
    long skipped,
    @Nullable String skippedFor,
    @Nullable Double saveMs,
    double dataWaitMs,
    Map<String, Double> valMetrics,
    Map<String, Double> deviceMetrics) {

  public StepMetrics {
    valMetrics = Collections.unmodifiableMap(new LinkedHashMap<>(valMetrics));
    deviceMetrics = Collections.unmodifiableMap(new LinkedHashMap<>(deviceMetrics));
  }

  /** The same with what the devices say. */
  public StepMetrics with(Map<String, Double> devices) {
    return new StepMetrics(
        step,
        loss,
        valLoss,
        learningRate,
        gradNorm,
        tokens,
        tokensPerSecond,
        stepMs,
        skipped,
        skippedFor,
        saveMs,
        dataWaitMs,
        valMetrics,
        devices);
  }

  /** The metrics that not every run has, by the keys of the file. */
  Map<String, Double> further() {
    Map<String, Double> all = new LinkedHashMap<>(valMetrics);
    all.putAll(deviceMetrics);
    return all;
  }
}
