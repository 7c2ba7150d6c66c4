package org.tflion.optim;

import java.util.HashMap;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.types.family.TNumber;

/**
 * Values of one weight and its slots, by the rule's names.
 *
 * @param byName a value for each name
 */
public record Values<T extends TNumber>(Map<String, Operand<T>> byName) {

  public Values {
    byName = Map.copyOf(byName);
  }

  /** The same values but one. */
  Values<T> with(String name, Operand<T> value) {
    Map<String, Operand<T>> changed = new HashMap<>(byName);
    changed.put(name, value);
    return new Values<>(changed);
  }

  /**
   * The value of a name.
   *
   * @throws IllegalArgumentException if the rule has no such name
   */
  public Operand<T> get(String name) {
    Operand<T> value = byName.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "Rule: name must be one of " + byName.keySet() + " (got " + name + ")");
    }
    return value;
  }
}
