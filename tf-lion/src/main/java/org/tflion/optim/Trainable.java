package org.tflion.optim;

import java.util.HashMap;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;

/**
 * Everything that one update touches of one weight.
 *
 * @param weight what is trained
 * @param gradient of the loss by the weight; of its shape and type
 * @param slots state of the rule, by the rule's names
 */
public record Trainable<T extends TNumber>(
    Weight<T> weight, Operand<T> gradient, Map<String, Weight<T>> slots) {

  /**
   * Refuses a gradient that does not fit.
   *
   * @throws IllegalArgumentException if the gradient's shape or type is not the weight's
   */
  public Trainable {
    slots = Map.copyOf(slots);
    if (gradient.type() != weight.type()) {
      throw new IllegalArgumentException(
          "Optimizer: gradient of '"
              + weight.name()
              + "' must be "
              + weight.type().getSimpleName()
              + " (got "
              + gradient.type().getSimpleName()
              + ")");
    }
    if (!gradient.shape().isCompatibleWith(weight.shape())) {
      throw new IllegalArgumentException(
          "Optimizer: gradient of '"
              + weight.name()
              + "' must have shape "
              + weight.shape()
              + " (got "
              + gradient.shape()
              + ")");
    }
  }

  /** The variable that a rule knows by a name: a slot, or {@link Rule#WEIGHT} itself. */
  Weight<T> target(String name) {
    Weight<T> slot = slots.get(name);
    return slot == null ? weight : slot;
  }

  /** All variables by the rule's names. */
  Map<String, Weight<T>> targets() {
    Map<String, Weight<T>> targets = new HashMap<>(slots);
    targets.put(Rule.WEIGHT, weight);
    return targets;
  }

  /** Adds a read of every variable. */
  Values<T> read(Ops tf) {
    Map<String, Operand<T>> values = new HashMap<>();
    targets().forEach((name, target) -> values.put(name, target.read(tf)));
    return new Values<>(values);
  }
}
