package org.tflion.train.step;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.tensorflow.Session;
import org.tensorflow.Tensor;

/**
 * The variables of a step as they were at one moment.
 *
 * @param values in the order of the bundle, which it closes
 */
record BundleSnapshot(StateBundle bundle, Session session, List<Tensor> values)
    implements Snapshot {

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
    values.forEach(Tensor::close);
  }
}
