package org.tflion.train.step;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;
import org.tflion.optim.Rule;
import org.tflion.schedule.Schedule;

/**
 * One optimizer by name and its numbers. What is null is the optimizer's own default; what an
 * optimizer does not have must be null.
 *
 * @param name one of {@link Algorithm#names}
 * @param learningRate peak of the learning rate; finite, above 0
 * @param weightDecay share of a weight removed per unit of learning rate; finite, 0 or more
 * @param beta1 lion: share of the old momentum in the direction; others: in the first average; in
 *     [0, 1)
 * @param beta2 lion: share of the old momentum in the new one; others: of the second average; in
 *     [0, 1)
 * @param epsilon added to a root mean square that divides; finite, above 0
 * @param direction lion: {@code sign}, {@code smooth} or {@code refined}
 * @param cautious lion: whether a weight stays where direction and gradient differ in sign
 * @param storage lion: how the momentum lies in memory: {@code exact}, {@code bfloat16} or {@code
 *     block8}
 * @param variant adafactor: {@code optax}, {@code t5x}, {@code shazeer} or {@code bert4keras}
 * @param program program: file of its text
 */
record RuleConfig(
    String name,
    double learningRate,
    double weightDecay,
    @Nullable Double beta1,
    @Nullable Double beta2,
    @Nullable Double epsilon,
    @Nullable String direction,
    @Nullable Boolean cautious,
    @Nullable String storage,
    @Nullable String variant,
    @Nullable String program) {

  static final List<String> DIRECTIONS = List.of("sign", "smooth", "refined");
  static final List<String> STORAGES = List.of("exact", "bfloat16", "block8");
  static final List<String> VARIANTS = List.of("optax", "t5x", "shazeer", "bert4keras");

  /**
   * Checks every number and name.
   *
   * @throws IllegalArgumentException if one is outside its range, or is not for this optimizer
   */
  RuleConfig {
    Require.that(
        Algorithm.names().contains(name),
        "optimizer.name must be one of " + Algorithm.names(),
        name);
    Require.positive("optimizer.learning_rate", learningRate);
    Require.notNegative("optimizer.weight_decay", weightDecay);
    share("optimizer.beta1", beta1);
    share("optimizer.beta2", beta2);
    if (epsilon != null) {
      Require.positive("optimizer.epsilon", epsilon);
    }
    oneOf("optimizer.direction", DIRECTIONS, direction);
    oneOf("optimizer.storage", STORAGES, storage);
    oneOf("optimizer.variant", VARIANTS, variant);
    requireOnlyKnown(
        name,
        Map.of(
            "beta1", beta1 != null,
            "beta2", beta2 != null,
            "epsilon", epsilon != null,
            "direction", direction != null,
            "cautious", cautious != null,
            "storage", storage != null,
            "variant", variant != null,
            "program", program != null));
    Require.that(
        program != null || !name.equals("program"),
        "optimizer.program must name the file of a program",
        "nothing");
  }

  private static void share(String key, @Nullable Double value) {
    if (value != null) {
      Require.share(key, value);
    }
  }

  private static void oneOf(String key, List<String> names, @Nullable String value) {
    if (value != null) {
      Require.that(names.contains(value), key + " must be one of " + names, value);
    }
  }

  private static void requireOnlyKnown(String name, Map<String, Boolean> given) {
    List<String> known = Algorithm.of(name).keys();
    given.keySet().stream()
        .sorted()
        .filter(key -> given.getOrDefault(key, false) && !known.contains(key))
        .findFirst()
        .ifPresent(
            key -> {
              throw new IllegalArgumentException(
                  "optimizer.%s must be left out for %s, which has only %s"
                      .formatted(key, name, known));
            });
  }

  /** The arithmetic, under a course of the learning rate. */
  Rule rule(Schedule rate) {
    return Algorithm.of(name).rule(this, rate);
  }

  /** A value or, where none is given, another. */
  static <T> T or(@Nullable T value, T otherwise) {
    return Objects.requireNonNullElse(value, otherwise);
  }
}
