package org.tflion.train.step;

import java.nio.file.Path;
import java.util.List;

/**
 * The weights of a checkpoint by which a model is used: averages where the run kept them.
 *
 * @param prefix of the bundle
 * @param optimizer of the run that saved it
 */
public record SavedWeights(Path prefix, OptimizerConfig optimizer) {

  /** The numbers of a parameter, row after row. */
  public float[] read(String parameter) {
    float[][] read = new float[1][];
    new BundleTensors(prefix).read(List.of(key(parameter)), (name, values) -> read[0] = values);
    return read[0];
  }

  /** What the bundle knows the weight of a parameter by. */
  String key(String parameter) {
    return optimizer.averages(parameter)
        ? TrainState.average(parameter)
        : StateTensor.WEIGHTS + parameter;
  }
}
