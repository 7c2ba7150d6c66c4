package org.tflion.train.step;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.tensorflow.Result;

/**
 * The state of a step at one moment, in memory of its own: it can be written on any thread while
 * steps go on. Close it to free that memory, before the step is closed.
 */
public final class Snapshot implements AutoCloseable {

  private final Result values;
  private final Consumer<Path> writer;

  Snapshot(Result values, Consumer<Path> writer) {
    this.values = values;
    this.writer = writer;
  }

  /** Writes a TensorFlow bundle. */
  public void write(Path prefix) {
    writer.accept(prefix);
  }

  @Override
  public void close() {
    values.close();
  }
}
