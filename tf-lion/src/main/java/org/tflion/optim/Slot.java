package org.tflion.optim;

import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;

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

  /**
   * Adds the variable of this slot, zero at first.
   *
   * @param weight what it is kept for; the variable is of the same kind, in the same graph
   * @param variable its name
   */
  public <T extends TNumber> Weight<T> create(Ops tf, Weight<T> weight, String variable) {
    return storage.beside(tf, weight, variable, shape);
  }
}
