package org.tflion.discovery.task;

import org.tflion.discovery.interpret.Leaves;

/**
 * Something to train: weights in, loss and gradient out. Not thread safe; holds its own scratch.
 */
public interface Model {

  /** How the weights lie in one array. */
  Leaves leaves();

  /** Writes the initial weights, the same at every call. */
  void initialise(float[] weights);

  /**
   * Writes the gradient at the batch of a step, and returns its mean loss.
   *
   * @param gradient overwritten, like the weights
   * @param step from 0; decides the batch
   */
  double gradient(float[] weights, float[] gradient, int step);

  /** The mean loss on data that the search may see, and training does not. */
  double validationLoss(float[] weights);

  /** The mean loss on data that neither training nor the search sees. */
  double testLoss(float[] weights);
}
