package org.tflion.train.model.layer;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.family.TNumber;
import org.tflion.train.model.Parameter;
import org.tflion.train.model.Parameters;
import org.tflion.train.model.Types;
import org.tflion.xla.DefinedFunction;
import org.tflion.xla.OwnGradient;

/**
 * Normalisation of the last axis.
 *
 * <pre>{@code
 * layernorm: y = (x - mean(x)) / sqrt(var(x) + 1e-5) * gain + bias
 * rmsnorm:   y = x / sqrt(mean(x * x) + 1e-5) * gain
 *
 * with u = (x - mean(x)) / s, s = sqrt(var(x) + 1e-5), g = dy * gain:
 * layernorm: dx = (g - mean(g) - u * mean(g * u)) / s,  dgain = sum of dy * u,  dbias = sum of dy
 * rmsnorm:   the same without mean(x), mean(g) and bias
 * }</pre>
 *
 * @param name of the layer; its parameters are {@code name.gain} and {@code name.bias}
 * @param width size of the last axis
 * @param centred true for layernorm, false for rmsnorm
 * @param bias whether a layernorm has a bias
 * @see <a href="https://arxiv.org/abs/1607.06450">Ba, Kiros and Hinton, 2016</a>
 * @see <a href="https://arxiv.org/abs/1910.07467">Zhang and Sennrich, 2019</a>
 */
public record Norm(String name, long width, boolean centred, boolean bias) {

  /** The value of PyTorch's and nanoGPT's LayerNorm. */
  private static final double EPSILON = 1e-5;

  public List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>();
    parameters.add(Parameter.gain(name + ".gain", width, "width"));
    if (shifts()) {
      parameters.add(Parameter.bias(name + ".bias", width, "width"));
    }
    return parameters;
  }

  private boolean shifts() {
    return centred && bias;
  }

  /**
   * Normalises every row.
   *
   * @param x rows, [N, width]
   * @return [N, width]
   */
  public <T extends TNumber> Operand<T> apply(Ops tf, Parameters<T> values, Operand<T> x) {
    return apply(tf, values, x, x.type());
  }

  /**
   * Normalises every row, in the type of the parameters.
   *
   * @param x rows, [N, width]
   * @param type of the result
   * @return [N, width]
   */
  public <T extends TNumber, C extends TNumber> Operand<C> apply(
      Ops tf, Parameters<T> values, Operand<T> x, Class<C> type) {
    List<Operand<T>> free = new ArrayList<>(List.of(x, values.get(name + ".gain")));
    if (shifts()) {
      free.add(values.get(name + ".bias"));
    }
    if (!values.compute().fused()) {
      return Types.cast(tf, forward(tf, free).result(), type);
    }
    Class<T> wide = x.type();
    OwnGradient own =
        new OwnGradient(
            "norm",
            OwnGradient.Calls.INLINED,
            1,
            (body, in) ->
                DefinedFunction.program(
                    body,
                    "norm",
                    in,
                    (inner, of) -> {
                      Normed<T> normed = forward(inner, typed(of, wide));
                      var y = Types.cast(inner, normed.result(), type);
                      return List.of(y, normed.mean(), normed.rate());
                    }),
            (body, in, by) -> {
              int last = in.size();
              List<Operand<?>> all =
                  List.of(in.get(0), in.get(1), in.get(last - 2), in.get(last - 1), by.get(0));
              return backward(body, all, wide);
            });
    return own.only(tf, type, free, List.of());
  }

  private static <T extends TNumber> List<Operand<T>> typed(
      List<Operand<?>> values, Class<T> type) {
    List<Operand<T>> typed = new ArrayList<>();
    values.forEach(value -> typed.add(value.asOutput().expect(type)));
    return typed;
  }

  /**
   * What comes out, and what its gradient needs.
   *
   * @param result y, [N, width]
   * @param mean of the rows, [N, 1]
   * @param rate 1 / s, [N, 1]
   */
  private record Normed<T extends TNumber>(Operand<T> result, Operand<T> mean, Operand<T> rate) {}

  /** From x, gain and, where there is one, bias. */
  private <T extends TNumber> Normed<T> forward(Ops tf, List<Operand<T>> in) {
    Operand<T> x = in.get(0);
    Operand<T> mean = rowMean(tf, x); // [N, 1]
    Operand<T> centre = centred ? tf.math.sub(x, mean) : x; // [N, width]
    var power = rowMean(tf, tf.math.mul(centre, centre)); // [N, 1]
    var epsilon = tf.dtypes.cast(tf.constant(EPSILON), x.type());
    var rate = tf.math.rsqrt(tf.math.add(power, epsilon)); // [N, 1]
    var unit = tf.math.mul(centre, rate); // [N, width]
    Operand<T> scaled = tf.math.mul(unit, in.get(1)); // [N, width]
    return new Normed<>(shifts() ? tf.math.add(scaled, in.get(2)) : scaled, mean, rate);
  }

  /**
   * The gradients by x, gain and bias, from x, gain, mean, rate and dy. XLA takes longer over sums
   * of columns than over all the rest, so these are TensorFlow's.
   */
  private <T extends TNumber> List<Operand<T>> backward(
      Ops tf, List<Operand<?>> in, Class<T> type) {
    List<Output<?>> parts =
        DefinedFunction.program(
            tf,
            "norm-gradient",
            in,
            (body, at) -> {
              var dy = Types.cast(body, Types.number(at.get(4)), type);
              return slopes(body, typed(at.subList(0, 4), type), dy);
            });
    List<Operand<T>> by = new ArrayList<>();
    by.add(parts.get(0).expect(type)); // [N, width]
    by.add(tf.nn.biasAddGrad(parts.get(1).expect(type))); // [width]
    if (shifts()) {
      by.add(tf.nn.biasAddGrad(Types.cast(tf, Types.number(in.get(4)), type))); // [width]
    }
    return by;
  }

  /** The gradient by x and, of every row, that by the gain; from x, gain, mean and rate. */
  private <T extends TNumber> List<Operand<T>> slopes(Ops tf, List<Operand<T>> in, Operand<T> dy) {
    Operand<T> x = in.get(0);
    Operand<T> rate = in.get(3); // [N, 1]
    var unit = tf.math.mul(centred ? tf.math.sub(x, in.get(2)) : x, rate); // [N, width]
    var scaled = tf.math.mul(dy, in.get(1)); // [N, width]
    var along = tf.math.mul(unit, rowMean(tf, tf.math.mul(scaled, unit))); // [N, width]
    var across = tf.math.sub(scaled, along); // [N, width]
    var free = centred ? tf.math.sub(across, rowMean(tf, scaled)) : across; // [N, width]
    return List.of(tf.math.mul(free, rate), tf.math.mul(dy, unit)); // 2 x [N, width]
  }

  private static <T extends TNumber> Operand<T> rowMean(Ops tf, Operand<T> x) {
    return tf.math.mean(x, tf.constant(1), Mean.keepDims(true));
  }
}
