package org.tflion.train.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/** Peaks that were counted by hand; a value of n numbers is n bytes here. */
class LivenessTest {

  private final Graph graph = new Graph();
  private final Ops tf = Ops.create(graph);
  private final Operand<TFloat32> fed = fed(10, 10); // [10, 10]

  private Operand<TFloat32> fed(long rows, long columns) {
    return tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(rows, columns)));
  }

  private long peak(Operand<?> result) {
    return new Liveness(graph, Set.of(result.asOutput())).peak(output -> output.shape().size());
  }

  @AfterEach
  void close() {
    graph.close();
  }

  @Test
  void whatIsFedDoesNotCount() {
    assertThat(peak(fed)).isZero();
  }

  @Test
  void aValueGoesWhenItsLastReaderIsDone() {
    var narrow = fed(10, 1);
    var product = tf.linalg.matMul(fed, fed); // 100
    var next = tf.linalg.matMul(product, narrow); // 10, beside 100
    assertThat(peak(tf.linalg.matMul(fed, next))).isEqualTo(110);
  }

  @Test
  void whatIsReadLaterStays() {
    var first = tf.linalg.matMul(fed, fed); // 100
    var second = tf.linalg.matMul(first, fed); // 100
    var third = tf.linalg.matMul(second, fed); // 100, and both before it
    assertThat(peak(tf.linalg.matMul(third, first))).isEqualTo(300);
  }

  @Test
  void elementByElementTakesOverABufferThatNobodyElseNeeds() {
    assertThat(peak(tf.math.exp(tf.linalg.matMul(fed, fed)))).isEqualTo(100);
    var kept = tf.linalg.matMul(fed, fed);
    assertThat(peak(tf.math.mul(tf.math.exp(kept), kept))).isEqualTo(200);
  }

  @Test
  void neverWritesOverWhatWasFed() {
    assertThat(peak(tf.math.exp(fed))).isEqualTo(100);
  }

  @Test
  void aViewHasNoBufferAndKeepsTheOneItLooksAt() {
    var product = tf.linalg.matMul(fed, fed); // 100
    var view = tf.reshape(product, tf.array(100, 1));
    assertThat(peak(tf.linalg.matMul(view, fed(1, 2)))).isEqualTo(300);
  }
}
