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
   * Adds the variable that keeps this slot, zero at first, of the kind and type of its owner.
   *
   * @param owner the weight that the slot belongs to
   * @param unique name of the variable in the graph
   */
  public <T extends TNumber> Weight<T> beside(Ops tf, Weight<T> owner, String unique) {
    return storage.beside(tf, owner, unique, shape);
  }

  /**
   * Bytes of all variables that {@link #beside} adds.
   *
   * @param ownerBytes of one value of the weight that the slot belongs to
   */
  public long bytes(int ownerBytes) {
    return storage.bytes(shape, ownerBytes);
  }
}
