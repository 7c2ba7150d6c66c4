package org.tflion.tpu;

import org.jspecify.annotations.Nullable;

/** Refusals of wrong arguments, all worded alike: who, the rule, and what it got. */
public final class Require {

  private Require() {}

  /**
   * Refuses unless the condition holds.
   *
   * @param holds the rule, written positively ({@code x > 0}) so that NaN fails it
   * @param rule who refuses, what must be, and the cure where there is one
   * @param got the offending value
   * @throws IllegalArgumentException if {@code holds} is false
   */
  public static void that(boolean holds, String rule, @Nullable Object got) {
    if (!holds) {
      throw new IllegalArgumentException(rule + " (got " + got + ")");
    }
  }
}
