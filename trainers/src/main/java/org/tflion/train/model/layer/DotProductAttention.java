package org.tflion.train.model.layer;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Sum;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TNumber;
import org.tflion.train.model.Compute;
import org.tflion.train.model.Types;
import org.tflion.xla.DefinedFunction;
import org.tflion.xla.OwnGradient;

/**
 * Queries, keys and values of every head to the mean of the values that each query asks for.
 *
 * <pre>{@code
 * p = softmax(q k^T + mask),  z = dropout(p),   y = z v
 * dv = z^T dy,   dp = dropout(dy v^T),   ds = p * (dp - sum over channels of dy * y)
 * dq = ds k,     dk = ds^T q
 * }</pre>
 *
 * <p>The sum in {@code ds} is that of {@code dp * p} over the keys, which are more than channels
 * (<a href="https://arxiv.org/abs/2205.14135">Dao et al., 2022</a>). Exponentials and sums are
 * float32 where the rest is bfloat16. Where no query sees a later key, queries are taken in {@link
 * Band}s, and what a band cannot see is never computed.
 *
 * @param compute how
 * @param dropout of the shares of the keys
 */
record DotProductAttention(Compute compute, Dropout dropout) {

  /**
   * Adds it.
   *
   * @param qkv scaled queries, keys and values, each [B, H, T, D]
   * @return [B, H, T, D]
   */
  <T extends TNumber, C extends TNumber> Operand<C> apply(
      Ops tf, List<Operand<C>> qkv, Context<T> context) {
    List<Operand<?>> fixed = new ArrayList<>();
    if (context.mask() != null) {
      fixed.add(context.mask());
    }
    boolean dropping = dropout.rate() > 0 && context.noise() != null;
    if (dropping) {
      fixed.add(context.noise());
    }
    Class<C> type = qkv.get(0).type();
    boolean banded = compute.fused() && context.causal();
    Inside<T, C> inside =
        new Inside<>(
            type,
            context.mask() == null ? null : context.mask().type(),
            dropping ? dropout : null,
            banded ? Band.causal(context.length()) : Band.whole(context.length()));
    if (!compute.fused()) {
      List<Operand<?>> in = new ArrayList<>(qkv);
      in.addAll(fixed);
      return inside.forward(tf, in).get(0);
    }
    return new OwnGradient(
            "attention", OwnGradient.Calls.INLINED, 1, inside::forward, inside::backward)
        .only(tf, type, qkv, fixed);
  }

  /**
   * The function, whose inputs are queries, keys, values, the mask and the noise.
   *
   * @param type of the rows
   * @param maskType of the mask, or null where there is none
   * @param dropout null where nothing is dropped
   * @param bands of the queries
   */
  private record Inside<T extends TNumber, C extends TNumber>(
      Class<C> type, @Nullable Class<T> maskType, @Nullable Dropout dropout, List<Band> bands) {

    /** Rows, and then of every band its shares and, if any are dropped, their factors. */
    List<Operand<C>> forward(Ops tf, List<Operand<?>> in) {
      List<Operand<C>> rows = new ArrayList<>();
      List<Operand<C>> kept = new ArrayList<>();
      for (Band band : bands) {
        var q = band.queries(tf, at(in, 0)); // [B, H, t, D]
        var k = band.keys(tf, at(in, 1)); // [B, H, s, D]
        var scores = BatchProduct.add(tf, q, k, false, true); // [B, H, t, s]
        Operand<C> share = shares(tf, scores, in, band); // [B, H, t, s]
        kept.add(share);
        Operand<C> left = share;
        if (dropout != null) {
          var noise = in.get(in.size() - 1).asOutput().expect(TInt64.class);
          kept.add(dropout.factors(tf, share, noise, bands.indexOf(band))); // [B, H, t, s]
          left = tf.math.mul(share, kept.get(kept.size() - 1));
        }
        var v = band.keys(tf, at(in, 2)); // [B, H, s, D]
        rows.add(BatchProduct.add(tf, left, v, false, false)); // [B, H, t, D]
      }
      List<Operand<C>> results = new ArrayList<>();
      results.add(Band.joined(tf, rows));
      results.addAll(kept);
      return results;
    }

    List<Operand<C>> backward(Ops tf, List<Operand<?>> in, List<Operand<?>> by) {
      int y = 3 + (maskType == null ? 0 : 1) + (dropout == null ? 0 : 1);
      int next = y + 1;
      var whole = whole(tf, at(by, 0), at(in, y)); // [B, H, T, 1]
      List<Operand<C>> dq = new ArrayList<>();
      List<Operand<C>> dk = new ArrayList<>();
      List<Operand<C>> dv = new ArrayList<>();
      for (Band band : bands) {
        Operand<C> share = at(in, next++); // [B, H, t, s]
        var dy = band.queries(tf, at(by, 0)); // [B, H, t, D]
        var flow = BatchProduct.add(tf, dy, band.keys(tf, at(in, 2)), false, true); // [B, H, t, s]
        Operand<C> left = share;
        if (dropout != null) {
          Operand<C> factors = at(in, next++); // [B, H, t, s]
          left = tf.math.mul(share, factors);
          flow = tf.math.mul(flow, factors);
        }
        var slope = slope(tf, share, flow, band.queries(tf, whole)); // [B, H, t, s]
        dq.add(BatchProduct.add(tf, slope, band.keys(tf, at(in, 1)), false, false));
        dk.add(BatchProduct.add(tf, slope, band.queries(tf, at(in, 0)), true, false));
        dv.add(BatchProduct.add(tf, left, dy, true, false)); // [B, H, s, D]
      }
      return List.of(Band.joined(tf, dq), Band.sum(tf, bands, dk), Band.sum(tf, bands, dv));
    }

    private Operand<C> at(List<Operand<?>> in, int place) {
      return in.get(place).asOutput().expect(type);
    }

    private Operand<C> shares(Ops tf, Operand<C> scores, List<Operand<?>> in, Band band) {
      Operand<T> mask = maskType == null ? null : in.get(3).asOutput().expect(maskType);
      return Types.cast(
          tf,
          softmax(tf, Types.wide(tf, scores), mask == null ? null : band.pairs(tf, mask)),
          type);
    }

    private static <W extends TNumber> Operand<W> softmax(
        Ops tf, Operand<W> scores, @Nullable Operand<? extends TNumber> mask) {
      return tf.nn.softmax(
          mask == null ? scores : tf.math.add(scores, Types.cast(tf, mask, scores.type())));
    }

    /** Of every query, the sum over channels of dy * y. */
    private Operand<? extends TNumber> whole(Ops tf, Operand<C> dy, Operand<C> y) {
      List<Output<?>> sums =
          DefinedFunction.program(
              tf,
              "softmax-sums",
              List.of(dy, y),
              (body, in) -> {
                var a = Types.wide(body, at(in, 0)); // [B, H, T, D]
                return List.of(sums(body, a, Types.wide(body, at(in, 1))));
              });
      return Types.number(sums.get(0)); // [B, H, T, 1]
    }

    private static <W extends TNumber> Operand<W> sums(
        Ops tf, Operand<W> a, Operand<? extends TNumber> b) {
      var product = tf.math.mul(a, Types.cast(tf, b, a.type())); // [B, H, T, D]
      return tf.sum(product, tf.constant(-1), Sum.keepDims(true)); // [B, H, T, 1]
    }

    /** By the scores, p * (dp - whole). */
    private Operand<C> slope(
        Ops tf, Operand<C> share, Operand<C> flow, Operand<? extends TNumber> whole) {
      return DefinedFunction.program(
              tf,
              "softmax-gradient",
              List.of(share, flow, whole),
              (body, in) -> {
                var sum = Types.number(in.get(2)); // [B, H, t, 1]
                return List.of(Types.cast(body, slope(body, in, sum), type));
              })
          .get(0)
          .expect(type); // [B, H, t, s]
    }

    private <W extends TNumber> Operand<W> slope(Ops tf, List<Operand<?>> in, Operand<W> whole) {
      var share = Types.cast(tf, at(in, 0), whole.type()); // [B, H, t, s]
      var flow = Types.cast(tf, at(in, 1), whole.type()); // [B, H, t, s]
      return tf.math.mul(share, tf.math.sub(flow, whole)); // [B, H, t, s]
    }
  }
}
