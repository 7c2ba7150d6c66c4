package org.tflion.train.model.layer;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.family.TNumber;
import org.tflion.train.model.Parameter;
import org.tflion.train.model.Parameters;

/**
 * Normalisation of the last axis.
 *
 * <pre>{@code
 * layernorm: y = (x - mean(x)) / sqrt(var(x) + 1e-5) * gain + bias
 * rmsnorm:   y = x / sqrt(mean(x * x) + 1e-5) * gain
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
    if (centred && bias) {
      parameters.add(Parameter.bias(name + ".bias", width, "width"));
    }
    return parameters;
  }

  /**
   * Normalises every row.
   *
   * @param x rows, [N, width]
   * @return [N, width]
   */
  public <T extends TNumber> Operand<T> apply(Ops tf, Parameters<T> values, Operand<T> x) {
    var last = tf.constant(1);
    Operand<T> centre =
        centred ? tf.math.sub(x, tf.math.mean(x, last, Mean.keepDims(true))) : x; // [N, width]
    var power = tf.math.mean(tf.math.mul(centre, centre), last, Mean.keepDims(true)); // [N, 1]
    var epsilon = tf.dtypes.cast(tf.constant(EPSILON), x.type());
    var unit = tf.math.mul(centre, tf.math.rsqrt(tf.math.add(power, epsilon))); // [N, width]
    var scaled = tf.math.mul(unit, values.get(name + ".gain")); // [N, width]
    return centred && bias ? tf.math.add(scaled, values.get(name + ".bias")) : scaled;
  }
}
