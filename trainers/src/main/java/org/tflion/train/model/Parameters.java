package org.tflion.train.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;

/**
 * The present values of a model's parameters, as a graph sees them.
 *
 * @param byName a value for each parameter; their order is kept, so that a graph is built the same
 *     way on every run
 * @param compute how layers compute with them
 */
public record Parameters<T extends TNumber>(Map<String, Operand<T>> byName, Compute compute) {

  public Parameters {
    byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
  }

  /** Values to compute with operation by operation. */
  public Parameters(Map<String, Operand<T>> byName) {
    this(byName, Compute.PLAIN);
  }

  /**
   * The value of one parameter.
   *
   * @throws IllegalArgumentException if the model has no such parameter
   */
  public Operand<T> get(String name) {
    Operand<T> value = byName.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "Parameters: name must be one of the model's (got " + name + ")");
    }
    return value;
  }

  /**
   * The value of one parameter in another type.
   *
   * @throws IllegalArgumentException if the model has no such parameter
   */
  public <C extends TNumber> Operand<C> get(Ops tf, String name, Class<C> type) {
    return Types.cast(tf, get(name), type);
  }

  /** Whether the model has a parameter of this name, as biases are optional. */
  public boolean has(String name) {
    return byName.containsKey(name);
  }
}
