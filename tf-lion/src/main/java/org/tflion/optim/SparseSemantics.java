package org.tflion.optim;

/** What a sparse gradient means for the rows that it does not touch. */
public enum SparseSemantics {
  /** A gradient of zero: momentum and decay move them on, as if the gradient had been dense. */
  DENSE,

  /** Nothing: they and their slots stay as they are, and cost nothing. */
  LAZY
}
