package org.tflion.optim;

import org.tensorflow.ndarray.Shape;

/** Which weights decay. */
@FunctionalInterface
public interface DecayMask {

  /** Decays matrices and larger, not scalars and vectors: biases and norms keep their size. */
  DecayMask MATRICES = (name, shape) -> shape.numDimensions() >= 2;

  /** Decays everything. */
  DecayMask ALL = (name, shape) -> true;

  /** Whether the weight of this name and shape decays. */
  boolean decays(String name, Shape shape);
}
