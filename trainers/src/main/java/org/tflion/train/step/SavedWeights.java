package org.tflion.train.step;

import java.nio.file.Path;

/**
 * The weights of a checkpoint by which a model is used: averages where the run kept them.
 *
 * @param prefix of the bundle
 * @param optimizer of the run that saved it
 */
public record SavedWeights(Path prefix, OptimizerConfig optimizer) {

  /** What the bundle knows the weight of a parameter by. */
  String key(String parameter) {
    return optimizer.averages(parameter)
        ? TrainState.average(parameter)
        : StateTensor.WEIGHTS + parameter;
  }
}
