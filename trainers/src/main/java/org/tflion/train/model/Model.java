package org.tflion.train.model;

import java.util.List;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;
import org.tflion.Require;

/** Something that can be trained: parameters, and a loss of a batch. */
public interface Model {

  /** All parameters, in a fixed order. */
  List<Parameter> parameters();

  /**
   * Adds the loss of a batch.
   *
   * @param parameters the present values, of the type in which to compute
   * @param batch to train or validate on
   */
  <T extends TNumber> Objective<T> loss(Ops tf, Parameters<T> parameters, Inputs batch);

  /**
   * The same in parts that can be run apart from each other; a model that has none is one part.
   *
   * @param peers that share each branch; 1 or more
   * @throws IllegalArgumentException if so many cannot
   */
  default <T extends TNumber> ResidualStream<T> parts(int peers) {
    Require.that(peers == 1, "tensor must be 1 for a model that cannot be divided", peers);
    return ResidualStream.whole(this);
  }

  /**
   * Whether every row of a batch makes what it adds to the means without the other rows, so that
   * the mean of a batch is that of its parts. Only then may a step divide a batch unasked.
   */
  default boolean rowsAreIndependent() {
    return false;
  }

  /** Number of numbers to train. */
  default long size() {
    return parameters().stream().mapToLong(p -> p.shape().size()).sum();
  }
}
