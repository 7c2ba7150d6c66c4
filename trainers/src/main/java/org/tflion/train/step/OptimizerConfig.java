package org.tflion.train.step;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;

/**
 * Which optimizer updates the weights, and its numbers.
 *
 * <p>Messages name the keys of a config file, such as {@code optimizer.learning_rate}.
 *
 * @param name of the optimizer: {@code lion}, {@code adamw}, {@code adafactor}, ...
 * @param learningRate peak of the learning rate; finite, above 0
 * @param beta1 lion: share of the old momentum in the step's direction; others: share of the old
 *     mean gradient; in [0, 1); null for the optimizer's default
 * @param beta2 lion: share of the old momentum in the new one; adamw and its kin: share of the old
 *     mean square; in [0, 1); null for the optimizer's default
 * @param epsilon added to the root mean square of adamw and its kin; finite, above 0; null for the
 *     optimizer's default
 * @param weightDecay share of a weight removed per unit of learning rate; finite, 0 or more
 * @param direction lion: {@code sign}, {@code smooth} or {@code refined}; null for sign
 * @param cautious lion: whether a weight stays where direction and gradient differ in sign
 * @param storage lion: momentum as {@code exact}, {@code bfloat16} or {@code block8}; null for
 *     exact
 * @param variant adafactor: {@code optax}, {@code t5x}, {@code shazeer} or {@code bert4keras}; null
 *     for optax
 * @param program program: file of its text, relative to the working directory
 * @param groups what is different for some weights: the first pattern that is found in a name holds
 * @param clipNorm largest global norm of the gradients; finite, 0 turns clipping off
 * @param average share of the old in a moving average of the weights, by which the model is then
 *     evaluated and used; in [0, 1), 0 keeps none
 * @param jit what XLA compiles: nothing ({@code off}), the {@code update}, also the {@code blocks}
 *     of the model that are no matrix products, the whole {@code step}, or {@code auto}, which is
 *     the update, and with products of bfloat16 the blocks
 */
public record OptimizerConfig(
    String name,
    double learningRate,
    @Nullable Double beta1,
    @Nullable Double beta2,
    @Nullable Double epsilon,
    double weightDecay,
    @Nullable String direction,
    @Nullable Boolean cautious,
    @Nullable String storage,
    @Nullable String variant,
    @Nullable String program,
    List<GroupConfig> groups,
    double clipNorm,
    double average,
    String jit) {

  public static final List<String> NAMES = Algorithm.names();
  public static final List<String> JITS = List.of("off", "update", "blocks", "step", "auto");

  /**
   * Checks every number and name.
   *
   * @throws IllegalArgumentException if one is outside its range, or does not fit the optimizer
   */
  public OptimizerConfig {
    groups = List.copyOf(groups);
    Require.notNegative("optimizer.clip_norm", clipNorm);
    Require.share("optimizer.average", average);
    Require.that(JITS.contains(jit), "optimizer.jit must be one of " + JITS, jit);
    RuleConfig main =
        new RuleConfig(
            name,
            learningRate,
            weightDecay,
            beta1,
            beta2,
            epsilon,
            direction,
            cautious,
            storage,
            variant,
            program);
    groups.forEach(group -> group.over(main));
  }

  /** The same, whose file holds whatever the working directory. */
  public OptimizerConfig absolute() {
    return program == null
        ? this
        : with(Path.of(program).toAbsolutePath().normalize().toString(), jit);
  }

  /** The same with another choice of what XLA compiles. */
  OptimizerConfig withJit(String choice) {
    return with(program, choice);
  }

  private OptimizerConfig with(@Nullable String otherProgram, String otherJit) {
    return new OptimizerConfig(
        name,
        learningRate,
        beta1,
        beta2,
        epsilon,
        weightDecay,
        direction,
        cautious,
        storage,
        variant,
        otherProgram,
        groups,
        clipNorm,
        average,
        otherJit);
  }

  /** Whether an average is kept of the weight of a parameter: of all but the frozen ones. */
  boolean averages(String parameter) {
    return average > 0
        && groups.stream()
            .filter(group -> group.matches(parameter))
            .findFirst()
            .map(group -> !group.isFrozen())
            .orElse(true);
  }

  /** The numbers of all weights that are in no group. */
  RuleConfig main() {
    return new RuleConfig(
        name,
        learningRate,
        weightDecay,
        beta1,
        beta2,
        epsilon,
        direction,
        cautious,
        storage,
        variant,
        program);
  }
}
