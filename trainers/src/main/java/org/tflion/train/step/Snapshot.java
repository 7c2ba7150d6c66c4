package org.tflion.train.step;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The state of a step at one moment: it can be written on any thread, whatever the step does
 * meanwhile. Close it to free what it holds, before the step is closed.
 */
public interface Snapshot extends AutoCloseable {

  /** The first tensor that has a NaN or an infinity, if there is one. */
  Optional<String> firstNotFinite();

  /** Writes a TensorFlow bundle. */
  void write(Path prefix);

  @Override
  void close();
}
