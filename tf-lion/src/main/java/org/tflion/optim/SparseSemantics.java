package org.tflion.optim;

/** What a sparse gradient means for the rows that it does not touch. */
public enum SparseSemantics {
  /** A gradient of zero: momentum and decay move them on, as if the gradient had been dense. */
  DENSE,

  /**
   * Nothing: they and their slots stay as they are, and cost nothing. What a clip or a rule takes
   * of the whole table, such as the norms of {@code ADAPTIVE} and the share of {@link
   * LionConfig#cautious}, it takes of the rows that are touched.
   */
  LAZY
}
