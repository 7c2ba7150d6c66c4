package org.tflion.train.model.layer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;
import org.tflion.Require;
import org.tflion.train.model.Compute;
import org.tflion.train.model.Parameter;
import org.tflion.train.model.Parameters;
import org.tflion.train.model.Share;
import org.tflion.train.model.Types;
import org.tflion.xla.OwnGradient;

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
   * What one of several peers does, each of which has some of the hidden layer.
   *
   * @throws IllegalArgumentException if they cannot have equally much
   */
  FeedForward shared(int peers) {
    Require.that(
        out.in().size() % peers == 0,
        "the hidden layer must be a multiple of tensor=" + peers,
        out.in().size());
    return new FeedForward(in.columns(peers), out.rows(peers), activation, gated);
  }

  /** How the parameters are shared then. */
  Map<String, Share> shares() {
    Map<String, Share> shares = new HashMap<>(in.columnShares(gated ? 2 : 1));
    shares.putAll(out.rowShares());
    return shares;
  }

  /**
   * Applies both layers to every row, with matrix products in the type of the rows.
   *
   * @param x [N, width]
   * @return [N, width]
   */
  public <T extends TNumber, C extends TNumber> Operand<C> apply(
      Ops tf, Parameters<T> values, Operand<C> x) {
    Operand<C> hidden = in.apply(tf, values, x); // [N, F] or [N, 2 F]
    return out.apply(tf, values, activated(tf, values.compute(), hidden)); // [N, width]
  }

  private <C extends TNumber> Operand<C> activated(Ops tf, Compute compute, Operand<C> hidden) {
    if (!compute.fused()) {
      return open(tf, hidden); // [N, F]
    }
    Class<C> type = hidden.type();
    OwnGradient own =
        new OwnGradient(
            "activation",
            OwnGradient.Calls.COMPILED,
            1,
            (body, at) -> List.of(open(body, at.get(0).asOutput().expect(type))),
            (body, at, by) ->
                List.of(
                    slope(
                        body,
                        at.get(0).asOutput().expect(type),
                        by.get(0).asOutput().expect(type))));
    return own.only(tf, type, List.of(hidden), List.of()); // [N, F]
  }

  /** The hidden layer after its activation, [N, F]. */
  private <C extends TNumber> Operand<C> open(Ops tf, Operand<C> hidden) {
    Operand<? extends TNumber> wide = Types.wide(tf, hidden);
    return Types.cast(tf, opened(tf, wide), hidden.type());
  }

  private <W extends TNumber> Operand<W> opened(Ops tf, Operand<W> hidden) {
    if (!gated) {
      return activation.apply(tf, hidden); // [N, F]
    }
    var halves = tf.split(tf.constant(1), hidden, 2L).output(); // 2 x [N, F]
    return tf.math.mul(activation.apply(tf, halves.get(0)), halves.get(1)); // [N, F]
  }

  /** The gradient by the hidden layer from that by what comes after its activation. */
  private <C extends TNumber> Operand<C> slope(Ops tf, Operand<C> hidden, Operand<C> by) {
    Operand<? extends TNumber> wide = Types.wide(tf, hidden);
    return Types.cast(tf, sloped(tf, wide, by), hidden.type());
  }

  private <W extends TNumber> Operand<W> sloped(
      Ops tf, Operand<W> hidden, Operand<? extends TNumber> by) {
    Operand<W> dy = Types.cast(tf, by, hidden.type()); // [N, F]
    if (!gated) {
      return tf.math.mul(dy, activation.slope(tf, hidden)); // [N, F]
    }
    var halves = tf.split(tf.constant(1), hidden, 2L).output(); // 2 x [N, F]
    Operand<W> a = halves.get(0);
    var first = tf.math.mul(tf.math.mul(dy, halves.get(1)), activation.slope(tf, a)); // [N, F]
    var second = tf.math.mul(dy, activation.apply(tf, a)); // [N, F]
    return tf.concat(List.of(first, second), tf.constant(1)); // [N, 2 F]
  }
}
