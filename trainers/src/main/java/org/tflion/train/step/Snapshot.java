package org.tflion.train.step;

import java.nio.file.Path;
import java.util.Optional;
import org.tensorflow.Result;
import org.tensorflow.Session;

/**
 * The state of a step at one moment: it can be written on any thread while steps go on, which then
 * keep their own values beside it. Close it to free that memory, before the step is closed.
 */
public final class Snapshot implements AutoCloseable {

  private final StateBundle bundle;
  private final Session session;
  private final Result values;

  Snapshot(StateBundle bundle, Session session, Result values) {
    this.bundle = bundle;
    this.session = session;
    this.values = values;
  }

  /** The first tensor that has a NaN or an infinity, if there is one. */
  public Optional<String> firstNotFinite() {
    return bundle.firstNotFinite(session, values);
  }

  /** Writes a TensorFlow bundle. */
  public void write(Path prefix) {
    bundle.write(session, prefix, values);
  }

  @Override
  public void close() {
    values.close();
  }
}
