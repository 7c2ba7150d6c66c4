package org.tflion.optim;

import org.tflion.schedule.Product;
import org.tflion.schedule.Schedule;

/**
 * What a weight decay is multiplied by; all three are in use under the one name.
 *
 * <p>With rate {@code lr}, its peak {@code lrMax} and decay {@code wd}, an update takes this share
 * of a weight:
 */
public enum DecayMeaning {
  /** {@code lr * wd}: the paper, optax, PyTorch, Keras. */
  TIMES_RATE,

  /** {@code wd * lr / lrMax}: decay in its own units, as llm-foundry's decoupled optimizers. */
  RELATIVE_TO_PEAK,

  /** {@code wd * lr^2 / lrMax}: fading with the square of the rate, as timm's corrected decay. */
  SQUARED_RATE;

  /** The decay that means this once it is multiplied by the rate, as every rule does. */
  Schedule times(Schedule decay, Schedule rate) {
    return switch (this) {
      case TIMES_RATE -> decay;
      case RELATIVE_TO_PEAK -> decay.times(1 / rate.peak());
      case SQUARED_RATE -> new Product(decay, rate, 1 / rate.peak());
    };
  }
}
