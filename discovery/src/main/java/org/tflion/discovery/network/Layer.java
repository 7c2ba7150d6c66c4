package org.tflion.discovery.network;

/** A differentiable function of rows; it keeps what its backward pass needs, and its results. */
interface Layer {

  /**
   * Computes the output.
   *
   * @param x one row per example or token; kept, not copied, until the backward pass
   * @return overwritten by the next call
   */
  float[][] forward(float[][] x);

  /**
   * Computes the gradients of the layer's parameters and of its input, at the last output.
   *
   * @param dy the gradient of the loss by that output
   * @return the gradient by the input, overwritten by the next call
   */
  float[][] backward(float[][] dy);
}
