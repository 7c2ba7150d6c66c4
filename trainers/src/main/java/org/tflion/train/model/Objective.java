package org.tflion.train.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.types.family.TNumber;

/**
 * What a model makes of a batch: the loss, and what else is worth to know of it. A larger batch is
 * the mean of its parts, each part weighted by its count.
 *
 * @param loss what training makes smaller
 * @param metrics more means by their names in snake case, such as {@code accuracy}; they are
 *     measured in validation
 */
public record Objective<T extends TNumber>(Mean<T> loss, Map<String, Mean<T>> metrics) {

  /**
   * A mean.
   *
   * @param value the mean, a scalar
   * @param count over how many it is taken, tokens or pictures; a scalar
   */
  public record Mean<T extends TNumber>(Operand<T> value, Operand<T> count) {}

  public Objective {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }

  /**
   * A loss alone.
   *
   * @param mean the loss, a mean over what counts; a scalar
   * @param count how many those are; a scalar
   */
  public Objective(Operand<T> mean, Operand<T> count) {
    this(new Mean<>(mean, count), Map.of());
  }

  /** The loss. */
  public Operand<T> mean() {
    return loss.value();
  }

  /** Over how many it is the mean. */
  public Operand<T> count() {
    return loss.count();
  }

  /** The same with a metric that is a mean over what the loss is a mean over. */
  public Objective<T> with(String name, Operand<T> mean) {
    return with(name, mean, count());
  }

  /** The same with a metric that is a mean over something else. */
  public Objective<T> with(String name, Operand<T> mean, Operand<T> count) {
    Map<String, Mean<T>> more = new LinkedHashMap<>(metrics);
    more.put(name, new Mean<>(mean, count));
    return new Objective<>(loss, more);
  }
}
