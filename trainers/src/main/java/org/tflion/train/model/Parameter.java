package org.tflion.train.model;

import java.util.Arrays;
import java.util.List;
import org.tensorflow.ndarray.Shape;
import org.tflion.Require;

/**
 * What a model says of one of its parameters.
 *
 * @param name dotted and unique in the model, as in {@code blocks.0.attention.output.weight}
 * @param shape fully known
 * @param initializer its first value
 * @param decays whether weight decay applies: matrices and embeddings, not norms and biases
 * @param axes a logical name for each dimension, by which sharding finds it
 */
public record Parameter(
    String name, Shape shape, Initializer initializer, boolean decays, List<String> axes) {

  public Parameter {
    axes = List.copyOf(axes);
    Require.that(
        axes.size() == shape.numDimensions(),
        "Parameter: axes of '" + name + "' must be one for each of the dimensions of " + shape,
        axes);
  }

  /** Its sizes. */
  public List<Long> sizes() {
    return Arrays.stream(shape.asArray()).boxed().toList();
  }

  /** What the names of the parameters of a block begin with, up to its number. */
  public static String block(String name) {
    return name.replaceFirst("^(.*?\\.\\d+)\\..*$", "$1");
  }

  /** Number of its numbers. */
  public long size() {
    return shape.size();
  }

  /** A matrix or embedding: normal values, decaying. */
  public static Parameter weight(String name, Shape shape, double deviation, String... axes) {
    return new Parameter(name, shape, new Initializer.Normal(deviation), true, List.of(axes));
  }

  /** The gain of a norm: ones, not decaying. */
  public static Parameter gain(String name, long size, String axis) {
    return new Parameter(name, Shape.of(size), new Initializer.Fill(1), false, List.of(axis));
  }

  /** A bias: zeros, not decaying. */
  public static Parameter bias(String name, long size, String axis) {
    return new Parameter(name, Shape.of(size), new Initializer.Fill(0), false, List.of(axis));
  }
}
