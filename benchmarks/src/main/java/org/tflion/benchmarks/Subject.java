package org.tflion.benchmarks;

import org.tflion.optim.AdamWConfig;
import org.tflion.optim.AdamWRule;
import org.tflion.optim.LionConfig;
import org.tflion.optim.LionRule;
import org.tflion.optim.Rule;

/** What {@link UpdateBenchmark} compares. */
public enum Subject {
  /** Lion as ordinary graph operations. */
  LION_PLAIN,
  /** Lion as one XLA program, whose new weights and momenta exist beside the old ones. */
  LION_ONE_PROGRAM,
  /** Lion as it ships: one XLA program for the weights, one for the momentum. */
  LION,
  /** AdamW as ordinary graph operations. */
  ADAMW_PLAIN,
  /** AdamW as it ships: one XLA program. */
  ADAMW;

  Rule rule() {
    Rule lion = new LionRule(LionConfig.of(1e-4).withWeightDecay(0.1));
    return switch (this) {
      case LION, LION_PLAIN -> lion;
      case LION_ONE_PROGRAM -> new OneProgram(lion);
      case ADAMW, ADAMW_PLAIN -> new AdamWRule(AdamWConfig.of(1e-3).withWeightDecay(0.1));
    };
  }

  boolean compiled() {
    return this != LION_PLAIN && this != ADAMW_PLAIN;
  }
}
