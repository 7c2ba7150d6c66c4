package org.tflion.optim;

import org.tensorflow.ndarray.Shape;

/**
 * One piece of state that a rule keeps for each weight, zero at first.
 *
 * @param name unique within the rule
 * @param shape of its values, not always the weight's: Adafactor keeps rows and columns
 * @param storage how its values lie in memory
 */
public record Slot(String name, Shape shape, Storage storage) {

  /** A slot in the type of the weight. */
  public static Slot of(String name, Shape shape) {
    return new Slot(name, shape, Storage.EXACT);
  }
}
