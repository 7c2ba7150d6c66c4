package org.tflion.discovery.mutate;

/**
 * How often each kind of mutation is tried, relative to the others.
 *
 * @param insert a new statement, with random function, arguments and target, at a random place
 * @param delete a random statement less
 * @param replace a random argument becomes another variable, or a constant drawn from N(0, 1)
 * @param scale a random constant is multiplied by 2^a, with a drawn from N(0, 1)
 * @param maxStatements programs of this length are not inserted into
 */
public record MutationConfig(
    double insert, double delete, double replace, double scale, int maxStatements) {

  /**
   * The released code's 1 : 1 : 1 of insertion, deletion and modification; the paper prints no
   * probabilities. Halving modification between its two kinds is our choice. Length is unlimited,
   * as in the paper.
   */
  public static final MutationConfig DEFAULT =
      new MutationConfig(1, 1, 0.5, 0.5, Integer.MAX_VALUE);

  /** Constants alone: the paper's hyperparameter-tuning baseline. */
  public static final MutationConfig CONSTANTS = new MutationConfig(0, 0, 0, 1, Integer.MAX_VALUE);

  public MutationConfig {
    weight("insert", insert);
    weight("delete", delete);
    weight("replace", replace);
    weight("scale", scale);
    if (!(insert + delete + replace + scale > 0)) {
      throw new IllegalArgumentException(
          "MutationConfig: at least one weight must be above 0 (got 0 for all)");
    }
    if (maxStatements <= 0) {
      throw new IllegalArgumentException(
          "MutationConfig: maxStatements must be above 0 (got " + maxStatements + ")");
    }
  }

  private static void weight(String name, double value) {
    if (!(value >= 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException(
          "MutationConfig: " + name + " must be finite and 0 or more (got " + value + ")");
    }
  }

  /** The same without insertion, for evolution that only shortens. */
  public MutationConfig withoutInsertion() {
    return new MutationConfig(0, delete, replace, scale, maxStatements);
  }
}
