package org.tflion.train.model.layer;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;
import org.tflion.train.model.Parameter;
import org.tflion.train.model.Parameters;

/**
 * The two-layer perceptron of a transformer block.
 *
 * <pre>{@code
 * plain: f(x Win) Wout
 * gated: (f(a) * b) Wout       with a, b the halves of x Win
 * }</pre>
 *
 * @param in to the hidden size, or to twice that if gated
 * @param out from the hidden size
 * @param activation f
 * @param gated whether half of the hidden layer gates the other
 * @see <a href="https://arxiv.org/abs/2002.05202">Shazeer, 2020, for the gate</a>
 */
public record FeedForward(Linear in, Linear out, Activation activation, boolean gated) {

  public List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>(in.parameters());
    parameters.addAll(out.parameters());
    return parameters;
  }

  /**
   * Applies both layers to every row.
   *
   * @param x [N, width]
   * @return [N, width]
   */
  public <T extends TNumber> Operand<T> apply(Ops tf, Parameters<T> values, Operand<T> x) {
    Operand<T> hidden = in.apply(tf, values, x); // [N, F] or [N, 2 F]
    if (!gated) {
      return out.apply(tf, values, activation.apply(tf, hidden)); // [N, width]
    }
    var halves = tf.split(tf.constant(1), hidden, 2L).output(); // 2 x [N, F]
    var open = tf.math.mul(activation.apply(tf, halves.get(0)), halves.get(1)); // [N, F]
    return out.apply(tf, values, open); // [N, width]
  }
}
