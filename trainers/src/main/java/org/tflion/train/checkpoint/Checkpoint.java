package org.tflion.train.checkpoint;

import java.nio.file.Path;
import java.util.List;

/**
 * A complete checkpoint whose files have been checked.
 *
 * @param folder where it lies
 * @param manifest what it says of itself
 */
public record Checkpoint(Path folder, Manifest manifest) {

  static final String BUNDLE = "tensors";

  /** What TensorFlow makes of that prefix. */
  static final List<String> BUNDLE_FILES =
      List.of(BUNDLE + ".index", BUNDLE + ".data-00000-of-00001");

  static final String MANIFEST = "manifest.json";

  /** Prefix of the bundle with the weights and slots. */
  public Path bundle() {
    return folder.resolve(BUNDLE);
  }
}
