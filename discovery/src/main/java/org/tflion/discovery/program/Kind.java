package org.tflion.discovery.program;

/**
 * The shape of a value relative to the weights being trained.
 *
 * <p>The inputs of a program are trees like the weights and one scalar, and every function maps
 * these three shapes to one of them, so no other shape can occur. The order is that of
 * broadcasting: combining two kinds yields the later one.
 */
public enum Kind {
  /** One number: a constant, the learning rate, a global norm. */
  SCALAR("a scalar"),
  /** One number for each leaf of the weights: what {@code norm} returns. */
  LEAF_SCALARS("one scalar per leaf"),
  /** A tensor like the weights, for each leaf. */
  TREE("a tree like w");

  private final String words;

  Kind(String words) {
    this.words = words;
  }

  /** The kind that two values broadcast to. */
  public Kind join(Kind other) {
    return compareTo(other) >= 0 ? this : other;
  }

  /** How a message names this kind. */
  public String words() {
    return words;
  }
}
