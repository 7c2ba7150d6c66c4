package org.tflion.train.step;

import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;
import org.tflion.optim.GroupedRule;

/**
 * What is different for some of the weights.
 *
 * @param pattern regular expression, found anywhere in the name of a parameter
 * @param frozen whether they stay as they are; such weights own no state
 * @param name optimizer of their own; what is not said of its numbers is then its default
 * @param learningRate as in {@link OptimizerConfig}, like all that follow; null for that of the
 *     others
 */
public record GroupConfig(
    String pattern,
    @Nullable Boolean frozen,
    @Nullable String name,
    @Nullable Double learningRate,
    @Nullable Double weightDecay,
    @Nullable Double beta1,
    @Nullable Double beta2,
    @Nullable Double epsilon) {

  /**
   * Checks the pattern; the numbers are checked with those that they stand beside.
   *
   * @throws IllegalArgumentException if it is no regular expression, or something frozen has rates
   */
  public GroupConfig {
    Require.that(
        pattern != null && !pattern.isEmpty(),
        "optimizer.groups: pattern of a group must be a regular expression",
        String.valueOf(pattern));
    try {
      GroupedRule.Group.frozen(pattern);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "optimizer.groups: pattern must be a regular expression (got "
              + pattern
              + ": "
              + e.getDescription()
              + ")",
          e);
    }
    Require.that(
        !Boolean.TRUE.equals(frozen)
            || (name == null && learningRate == null && weightDecay == null),
        "optimizer.groups: a frozen group must have no optimizer and no rates",
        pattern);
  }

  boolean matches(String parameter) {
    return GroupedRule.Group.frozen(pattern).matches(parameter);
  }

  boolean isFrozen() {
    return Boolean.TRUE.equals(frozen);
  }

  /** The numbers of these weights, where {@code main} are those of all others. */
  RuleConfig over(RuleConfig main) {
    boolean other = name != null && !name.equals(main.name());
    return new RuleConfig(
        RuleConfig.or(name, main.name()),
        RuleConfig.or(learningRate, main.learningRate()),
        RuleConfig.or(weightDecay, main.weightDecay()),
        beta1 != null || other ? beta1 : main.beta1(),
        beta2 != null || other ? beta2 : main.beta2(),
        epsilon != null || other ? epsilon : main.epsilon(),
        other ? null : main.direction(),
        other ? null : main.cautious(),
        other ? null : main.storage(),
        other ? null : main.variant(),
        other ? null : main.program());
  }
}
