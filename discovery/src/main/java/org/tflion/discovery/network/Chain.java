package org.tflion.discovery.network;

import java.util.List;

/** Layers one after the other. */
record Chain(List<Layer> layers) implements Layer {

  static Chain of(Layer... layers) {
    return new Chain(List.of(layers));
  }

  @Override
  public float[][] forward(float[][] x) {
    float[][] y = x;
    for (Layer layer : layers) {
      y = layer.forward(y);
    }
    return y;
  }

  @Override
  public float[][] backward(float[][] dy) {
    float[][] dx = dy;
    for (int i = layers.size() - 1; i >= 0; i--) {
      dx = layers.get(i).backward(dx);
    }
    return dx;
  }
}
