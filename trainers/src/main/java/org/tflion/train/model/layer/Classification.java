package org.tflion.train.model.layer;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;
import org.tflion.train.model.Objective;

/**
 * The loss of choosing one of K classes, and how often the best choice is the right one.
 *
 * <pre>{@code
 * target   = (1 - smoothing) * onehot(label) + smoothing / K
 * loss     = mean over rows of -sum_k target_k log softmax(logits)_k       in nats
 * accuracy = share of rows whose largest logit is that of the label
 * }</pre>
 *
 * @param classes K
 * @param smoothing share of a target that is spread over all classes; in [0, 1)
 * @see <a href="https://arxiv.org/abs/1512.00567">Szegedy et al., 2016, section 7, for the
 *     smoothing</a>
 */
public record Classification(int classes, double smoothing) {

  /**
   * Adds the loss of some rows.
   *
   * @param logits [N, K]
   * @param labels from 0 to K - 1 // [N]
   */
  public <T extends TNumber> Objective<T> objective(
      Ops tf, Operand<T> logits, Operand<TInt32> labels) {
    Class<T> type = logits.type();
    double spread = smoothing / classes;
    var on = tf.dtypes.cast(tf.constant(1 - smoothing + spread), type); // []
    var off = tf.dtypes.cast(tf.constant(spread), type); // []
    var targets = tf.oneHot(labels, tf.constant(classes), on, off); // [N, K]
    Operand<T> losses = tf.nn.softmaxCrossEntropyWithLogits(logits, targets).loss(); // [N]
    var best = tf.math.argMax(logits, tf.constant(1), TInt32.class); // [N]
    var right = tf.dtypes.cast(tf.math.equal(best, labels), type); // [N]
    var rows = tf.constant(0);
    var count = tf.dtypes.cast(tf.constant(logits.shape().get(0)), type); // []
    return new Objective<>(tf.math.mean(losses, rows), count)
        .with("accuracy", tf.math.mean(right, rows));
  }
}
