package org.tflion.train.checkpoint;

import java.nio.file.Path;

/**
 * A complete checkpoint whose files have been checked.
 *
 * @param folder where it lies
 * @param manifest what it says of itself
 */
public record Checkpoint(Path folder, Manifest manifest) {

  static final String BUNDLE = "tensors";
  static final String MANIFEST = "manifest.json";

  /** Prefix of the bundle with the weights and slots. */
  public Path bundle() {
    return folder.resolve(BUNDLE);
  }
}
