package org.tflion.train.step;

import java.nio.file.Path;
import java.util.Optional;
import org.tensorflow.Result;
import org.tensorflow.Session;

/** A copy of the variables of one session. */
record BundleSnapshot(StateBundle bundle, Session session, Result values) implements Snapshot {

  @Override
  public Optional<String> firstNotFinite() {
    return bundle.firstNotFinite(session, values);
  }

  @Override
  public void write(Path prefix) {
    bundle.write(session, prefix, values);
  }

  @Override
  public void close() {
    values.close();
  }
}
