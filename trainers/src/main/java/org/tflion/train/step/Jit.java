package org.tflion.train.step;

/** What XLA compiles of a training step. */
enum Jit {
  OFF,
  UPDATE,
  BLOCKS,
  STEP;

  /**
   * The choice that a config names; {@code auto} compiles the update and what is no matrix product,
   * because on a CPU TensorFlow's own matrix products are faster than XLA's.
   */
  static Jit of(String name) {
    return switch (name) {
      case "off" -> OFF;
      case "update" -> UPDATE;
      case "step" -> STEP;
      default -> BLOCKS;
    };
  }

  boolean compilesUpdate() {
    return this != OFF;
  }

  boolean compilesBlocks() {
    return this == BLOCKS;
  }

  boolean compilesStep() {
    return this == STEP;
  }
}
