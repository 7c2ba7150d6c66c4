package org.tflion.optim;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;
import org.tflion.Require;
import org.tflion.schedule.Schedule;

/**
 * Different rules for different weights, chosen by the first pattern that matches a name.
 *
 * @param name of the optimizer as a whole
 * @param groups in order; weights that match none are an error, so end with {@code ".*"}
 */
public record GroupedRule(String name, List<Group> groups) implements Rule {

  /**
   * The rule of some weights.
   *
   * @param pattern regular expression, found anywhere in the name of a weight
   * @param rule what moves them, or empty if they are frozen: never moved, and without slots
   */
  public record Group(Pattern pattern, Optional<Rule> rule) {

    /** A rule for the weights that a regular expression is found in. */
    public static Group of(String pattern, Rule rule) {
      return new Group(Pattern.compile(pattern), Optional.of(rule));
    }

    /** Leaves the weights alone that a regular expression is found in. */
    public static Group frozen(String pattern) {
      return new Group(Pattern.compile(pattern), Optional.empty());
    }

    /** Whether the pattern is found in the name of a weight. */
    public boolean matches(String weight) {
      return pattern.matcher(weight).find();
    }
  }

  public GroupedRule {
    groups = List.copyOf(groups);
    Require.that(
        groups.stream().anyMatch(group -> group.rule().isPresent()),
        "Groups: at least one group must have a rule",
        groups);
  }

  /** Of the first group that is not frozen. */
  @Override
  public Schedule learningRate() {
    return first().learningRate();
  }

  /** Of the first group that is not frozen. */
  @Override
  public Schedule weightDecay() {
    return first().weightDecay();
  }

  @Override
  public boolean takesPieces() {
    return groups.stream().flatMap(group -> group.rule().stream()).allMatch(Rule::takesPieces);
  }

  private Rule first() {
    return groups.stream().flatMap(group -> group.rule().stream()).findFirst().orElseThrow();
  }

  @Override
  public boolean trains(String weight) {
    return group(weight).rule().isPresent();
  }

  @Override
  public Rule of(String weight) {
    return group(weight).rule().orElseThrow();
  }

  private Group group(String weight) {
    return groups.stream()
        .filter(group -> group.matches(weight))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Groups: weight '" + weight + "' must match a pattern (got " + groups + ")"));
  }

  /** Refuses a pattern that is first for no weight: a typing error would go unnoticed. */
  @Override
  public void check(List<String> weights) {
    for (Group group : groups) {
      Require.that(
          weights.stream().anyMatch(weight -> group(weight).equals(group)),
          "Groups: pattern '" + group.pattern() + "' must be the first to match some weight",
          weights);
    }
  }

  @Override
  public List<Slot> slots(Shape weight) {
    throw new IllegalStateException("Groups: slots must be asked of the rule of one weight");
  }

  @Override
  public <T extends TNumber> Values<T> step(
      Ops tf, Hyper<T> hyper, Operand<T> weight, Operand<T> gradient, Values<T> slots) {
    throw new IllegalStateException("Groups: a step must be asked of the rule of one weight");
  }
}
