package org.tflion.discovery.network;

/**
 * The shape of a transformer.
 *
 * @param layers blocks of attention and perceptron
 * @param width of a token's vector
 * @param heads of attention; divides the width
 * @param context tokens in a sequence
 */
public record TransformerConfig(int layers, int width, int heads, int context) {

  public TransformerConfig {
    if (layers <= 0 || width <= 0 || heads <= 0 || context <= 0) {
      throw new IllegalArgumentException(
          "TransformerConfig: all sizes must be above 0 (got "
              + layers
              + " layers, width "
              + width
              + ", "
              + heads
              + " heads, context "
              + context
              + ")");
    }
    if (width % heads != 0) {
      throw new IllegalArgumentException(
          "TransformerConfig: heads must divide width (got "
              + heads
              + " heads, width "
              + width
              + ")");
    }
  }
}
