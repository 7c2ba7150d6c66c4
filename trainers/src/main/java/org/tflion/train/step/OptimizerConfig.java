package org.tflion.train.step;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;

/**
 * Which optimizer updates the weights, and its numbers.
 *
 * <p>Messages name the keys of a config file, such as {@code optimizer.learning_rate}.
 *
 * @param name {@code lion} or {@code adamw}
 * @param learningRate peak of the learning rate; finite, above 0
 * @param beta1 lion: share of the old momentum in the step's direction; adamw: share of the old
 *     mean gradient; in [0, 1)
 * @param beta2 lion: share of the old momentum in the new one; adamw: share of the old mean square;
 *     in [0, 1)
 * @param epsilon added to adamw's root mean square; finite, above 0; null for lion, which has none
 * @param weightDecay share of a weight removed per unit of learning rate; finite, 0 or more
 * @param clipNorm largest global norm of the gradients; finite, 0 turns clipping off
 * @param jit what XLA compiles: nothing ({@code off}), the {@code update}, the whole {@code step},
 *     or {@code auto}, which today is the update alone on every device
 */
public record OptimizerConfig(
    String name,
    double learningRate,
    double beta1,
    double beta2,
    @Nullable Double epsilon,
    double weightDecay,
    double clipNorm,
    String jit) {

  public static final List<String> NAMES = List.of("lion", "adamw");
  public static final List<String> JITS = List.of("off", "update", "step", "auto");

  /**
   * Checks every number and name.
   *
   * @throws IllegalArgumentException if one is outside its range, or epsilon does not fit the name
   */
  public OptimizerConfig {
    Require.that(NAMES.contains(name), "optimizer.name must be one of " + NAMES, name);
    Require.positive("optimizer.learning_rate", learningRate);
    Require.share("optimizer.beta1", beta1);
    Require.share("optimizer.beta2", beta2);
    Require.notNegative("optimizer.weight_decay", weightDecay);
    Require.notNegative("optimizer.clip_norm", clipNorm);
    Require.that(JITS.contains(jit), "optimizer.jit must be one of " + JITS, jit);
    if (name.equals("lion")) {
      Require.that(
          epsilon == null,
          "optimizer.epsilon must be left out for lion, which divides by nothing",
          String.valueOf(epsilon));
    } else if (epsilon == null) {
      throw new IllegalArgumentException(
          "optimizer.epsilon must be set for " + name + ", for example to 1e-8 (got nothing)");
    } else {
      Require.positive("optimizer.epsilon", epsilon);
    }
  }
}
