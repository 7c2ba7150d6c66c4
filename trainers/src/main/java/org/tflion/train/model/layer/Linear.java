package org.tflion.train.model.layer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.family.TNumber;
import org.tflion.train.model.Parameter;
import org.tflion.train.model.Parameters;
import org.tflion.train.model.Share;
import org.tflion.xla.OwnGradient;

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
    Operand<C> weight = values.get(tf, name + ".weight", x.type()); // [in, out]
    Operand<C> y = values.compute().fused() ? product(tf, x, weight) : tf.linalg.matMul(x, weight);
    return bias ? tf.nn.biasAdd(y, values.get(tf, name + ".bias", x.type())) : y; // [N, out]
  }

  /**
   * {@code x W}, whose gradient by x is a {@code BatchMatMul} of one pair if the rows of W are the
   * longer ones: {@code MatMul} takes a third longer where it adds up along them.
   *
   * @return [N, out]
   */
  private <C extends TNumber> Operand<C> product(Ops tf, Operand<C> x, Operand<C> weight) {
    if (out.size() <= in.size()) {
      return tf.linalg.matMul(x, weight);
    }
    Class<C> type = x.type();
    OwnGradient own =
        new OwnGradient(
            "product",
            OwnGradient.Calls.INLINED,
            1,
            (body, at) ->
                List.of(
                    body.linalg.matMul(
                        at.get(0).asOutput().expect(type), at.get(1).asOutput().expect(type))),
            (body, at, by) -> {
              Operand<C> dy = by.get(0).asOutput().expect(type); // [N, out]
              Operand<C> across = at.get(1).asOutput().expect(type); // [in, out]
              return List.of(
                  BatchProduct.add(body, dy, across, false, true), // [N, in]
                  body.linalg.matMul(
                      at.get(0).asOutput().expect(type), dy, MatMul.transposeA(true)));
            });
    return own.only(tf, type, List.of(x, weight), List.of());
  }

  /** What one of several peers has, each of which makes some of the columns of y. */
  Linear columns(int peers) {
    return new Linear(name, in, new Axis(out.name(), out.size() / peers), bias, deviation);
  }

  /**
   * How the parameters are shared then.
   *
   * @param groups of columns, each of which is shared
   */
  Map<String, Share> columnShares(int groups) {
    Map<String, Share> shares = new HashMap<>();
    shares.put(name + ".weight", Share.cut(1, groups));
    if (bias) {
      shares.put(name + ".bias", Share.cut(0, groups));
    }
    return shares;
  }

  /** What one of several peers has, each of which has some of the columns of x; y is their sum. */
  Linear rows(int peers) {
    return new Linear(name, new Axis(in.name(), in.size() / peers), out, bias, deviation);
  }

  /** How the parameters are shared then. */
  Map<String, Share> rowShares() {
    Map<String, Share> shares = new HashMap<>();
    shares.put(name + ".weight", Share.cut(0, 1));
    if (bias) {
      shares.put(name + ".bias", Share.DIVIDED);
    }
    return shares;
  }
}
