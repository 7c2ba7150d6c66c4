package org.tflion.benchmarks;

import org.tflion.optim.AdamWConfig;
import org.tflion.optim.AdamWRule;
import org.tflion.optim.LionConfig;
import org.tflion.optim.LionRule;
import org.tflion.optim.Rule;

/** What {@link UpdateBenchmark} compares. */
public enum Subject {
  /** Lion as ordinary graph operations. */
  LION_PLAIN(lion(), false),
  /** Lion as one XLA program, which copies the old momentum. */
  LION_ONE_PROGRAM(new OneProgram(lion()), true),
  /** Lion as it ships: one XLA program for the weights, one for the momentum. */
  LION(lion(), true),
  /** AdamW as ordinary graph operations. */
  ADAMW_PLAIN(adamW(), false),
  /** AdamW as it ships: one XLA program. */
  ADAMW(adamW(), true);

  private final Rule rule;
  private final boolean compiled;

  Subject(Rule rule, boolean compiled) {
    this.rule = rule;
    this.compiled = compiled;
  }

  private static Rule lion() {
    return new LionRule(LionConfig.of(1e-4).withWeightDecay(0.1));
  }

  private static Rule adamW() {
    return new AdamWRule(AdamWConfig.of(1e-3).withWeightDecay(0.1));
  }

  Rule rule() {
    return rule;
  }

  boolean compiled() {
    return compiled;
  }
}
