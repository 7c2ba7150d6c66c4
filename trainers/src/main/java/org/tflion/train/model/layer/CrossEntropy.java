package org.tflion.train.model.layer;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceMax;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;
import org.tflion.train.model.Compute;
import org.tflion.train.model.Types;
import org.tflion.xla.OwnGradient;

/**
 * How far predictions are from what came, in nats.
 *
 * <pre>{@code
 * loss = log(sum of exp(logits)) - logits[label]
 * dlogits = (exp(logits) / sum of exp(logits) - [column = label]) * dloss
 * }</pre>
 */
public final class CrossEntropy {

  private CrossEntropy() {}

  /**
   * The loss of every row.
   *
   * <p>Operation by operation, TensorFlow differentiates it in float32 alone.
   *
   * @param logits [N, V]
   * @param labels numbers of columns, [N]
   * @param type of the losses
   * @return [N]
   */
  public static <T extends TNumber> Operand<T> losses(
      Ops tf,
      Compute compute,
      Operand<? extends TNumber> logits,
      Operand<TInt32> labels,
      Class<T> type) {
    if (!compute.fused()) {
      Operand<T> wide = Types.cast(tf, logits, type); // [N, V]
      return tf.nn.softmaxCrossEntropyWithLogits(wide, chosen(tf, labels, wide)).loss(); // [N]
    }
    OwnGradient own =
        new OwnGradient(
            "loss",
            OwnGradient.Calls.COMPILED,
            1,
            (body, in) -> {
              Operand<T> wide = Types.cast(body, Types.number(in.get(0)), type); // [N, V]
              var labelled = chosen(body, in.get(1).asOutput().expect(TInt32.class), wide);
              Operand<T> whole = logSum(body, wide); // [N, 1]
              var hit = body.reduceSum(body.math.mul(wide, labelled), body.constant(1)); // [N]
              var flat = body.reshape(whole, body.array(-1)); // [N]
              return List.of(body.math.sub(flat, hit), whole);
            },
            (body, in, by) -> {
              Operand<? extends TNumber> scores = Types.number(in.get(0));
              Operand<T> wide = Types.cast(body, scores, type); // [N, V]
              var labelled = chosen(body, in.get(1).asOutput().expect(TInt32.class), wide);
              Operand<T> whole = in.get(3).asOutput().expect(type); // [N, 1]
              var share = body.math.exp(body.math.sub(wide, whole)); // [N, V]
              var dy = body.reshape(by.get(0).asOutput().expect(type), body.array(-1, 1)); // [N, 1]
              var slope = body.math.mul(body.math.sub(share, labelled), dy); // [N, V]
              return List.of(Types.cast(body, slope, scores.type()));
            });
    return own.only(tf, type, List.of(logits), List.of(labels));
  }

  /** One where the column is the label, else zero. // [N, V] */
  private static <T extends TNumber> Operand<T> chosen(
      Ops tf, Operand<TInt32> labels, Operand<T> like) {
    var one = tf.dtypes.cast(tf.constant(1), like.type());
    var zero = tf.dtypes.cast(tf.constant(0), like.type());
    return tf.oneHot(labels, tf.constant((int) like.shape().get(1)), one, zero);
  }

  private static <T extends TNumber> Operand<T> logSum(Ops tf, Operand<T> logits) {
    var last = tf.constant(1);
    var most = tf.reduceMax(logits, last, ReduceMax.keepDims(true)); // [N, 1]
    var shifted = tf.math.exp(tf.math.sub(logits, most)); // [N, V]
    var sum = tf.reduceSum(shifted, last, ReduceSum.keepDims(true)); // [N, 1]
    return tf.math.add(tf.math.log(sum), most);
  }
}
