package org.tflion.train.model;

import java.util.List;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;

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

  /** The same in parts that can be run apart from each other; a model that has none is one part. */
  default <T extends TNumber> ResidualStream<T> parts() {
    return ResidualStream.whole(this);
  }

  /** Number of numbers to train. */
  default long size() {
    return parameters().stream().mapToLong(p -> p.shape().size()).sum();
  }
}
