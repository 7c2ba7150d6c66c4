package org.tflion.train.model.layer;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;
import org.tflion.train.model.Parameter;
import org.tflion.train.model.Parameters;

/**
 * An affine map of the last axis: {@code y = x W + b}.
 *
 * @param name of the layer; its parameters are {@code name.weight} and {@code name.bias}
 * @param in size and logical axis of the input
 * @param out size and logical axis of the output
 * @param bias whether there is a {@code b}
 * @param deviation standard deviation of the first {@code W}
 */
public record Linear(String name, Axis in, Axis out, boolean bias, double deviation) {

  /**
   * One axis of a layer.
   *
   * @param name by which sharding finds it
   * @param size its length
   */
  public record Axis(String name, long size) {}

  public List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>();
    Shape shape = Shape.of(in.size(), out.size());
    parameters.add(Parameter.weight(name + ".weight", shape, deviation, in.name(), out.name()));
    if (bias) {
      parameters.add(Parameter.bias(name + ".bias", out.size(), out.name()));
    }
    return parameters;
  }

  /**
   * Applies the map, in the type of the rows.
   *
   * @param x rows, [N, in]
   * @return [N, out]
   */
  public <T extends TNumber, C extends TNumber> Operand<C> apply(
      Ops tf, Parameters<T> values, Operand<C> x) {
    Operand<C> y = tf.linalg.matMul(x, values.get(tf, name + ".weight", x.type())); // [N, out]
    return bias ? tf.math.add(y, values.get(tf, name + ".bias", x.type())) : y; // [N, out]
  }
}
