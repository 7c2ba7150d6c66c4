package org.tflion.discovery.network;

/**
 * {@code y[i] = token[x[i]] + position[i mod context]}: rows of one token number become vectors.
 * Tokens have no gradient.
 */
final class Embedding implements Layer {

  private static final double DEVIATION = 0.1;

  private final Parameters.Matrix tokens; // [vocabulary, width]
  private final Parameters.Matrix positions; // [context, width]
  private final float[][] y; // [n, width]
  private float[][] x = {};

  Embedding(Parameters parameters, int rows, int vocabulary, int context, int width) {
    this.tokens = parameters.normal(vocabulary, width, DEVIATION);
    this.positions = parameters.normal(context, width, DEVIATION);
    this.y = new float[rows][width];
  }

  @Override
  public float[][] forward(float[][] input) {
    x = input;
    for (int i = 0; i < y.length; i++) {
      float[] token = tokens.value()[(int) x[i][0]];
      float[] position = positions.value()[i % positions.value().length];
      for (int j = 0; j < token.length; j++) {
        y[i][j] = token[j] + position[j];
      }
    }
    return y;
  }

  @Override
  public float[][] backward(float[][] dy) {
    Products.clear(tokens.gradient());
    Products.clear(positions.gradient());
    for (int i = 0; i < dy.length; i++) {
      float[] token = tokens.gradient()[(int) x[i][0]];
      float[] position = positions.gradient()[i % positions.gradient().length];
      for (int j = 0; j < token.length; j++) {
        token[j] += dy[i][j];
        position[j] += dy[i][j];
      }
    }
    return new float[0][];
  }
}
