package org.tflion.cli.compare;

import java.nio.file.Path;
import org.tflion.train.config.TrainConfig;

/**
 * One training of a comparison.
 *
 * @param optimizer its name
 * @param seed of the first weights and of the order of the data
 * @param config all of it
 */
public record Part(String optimizer, long seed, TrainConfig config) {

  /** What its folder is called. */
  String name() {
    return optimizer + "-" + seed;
  }

  /** Its folder, a run without checkpoints. */
  Path folder(Path comparison) {
    return comparison.resolve(name());
  }
}
