package org.tflion.xla;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.EagerSession;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tflion.xla.OwnGradient.Calls;

class OwnGradientTest {

  private static final double[] X = {1, 2, 3};
  private static final double[] W = {4, -5, 6};

  /** Of products of a few numbers of order 100. */
  private static final double ROUNDING = 1e-12;

  private static Operand<TFloat64> number(List<Operand<?>> from, int index) {
    return from.get(index).asOutput().expect(TFloat64.class);
  }

  /** w x^3, shown, and x^2, kept; its gradient claims {@code lie} times what it is. */
  private static OwnGradient cube(Calls calls, double lie) {
    return new OwnGradient(
        "cube",
        calls,
        1,
        (tf, in) -> {
          var square = tf.math.mul(number(in, 0), number(in, 0));
          return List.of(tf.math.mul(number(in, 1), tf.math.mul(number(in, 0), square)), square);
        },
        (tf, in, by) -> {
          var flow = tf.math.mul(tf.constant(lie), tf.math.mul(number(by, 0), number(in, 3)));
          return List.of(
              tf.math.mul(tf.constant(3.0), tf.math.mul(number(in, 1), flow)),
              tf.math.mul(number(in, 0), flow));
        });
  }

  /** The sum of w x^4 and its gradients by x and w, inside a function as a model's loss is. */
  private static List<double[]> run(Calls calls, double lie) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Operation node = FunctionCall.add(tf, "outer", false, call -> write(tf, call, calls, lie));
      try (Session session = new Session(graph);
          Result result =
              session
                  .runner()
                  .fetch(node.output(0))
                  .fetch(node.output(1))
                  .fetch(node.output(2))
                  .run()) {
        List<double[]> numbers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          TFloat64 tensor = (TFloat64) result.get(i);
          double[] read = new double[(int) tensor.size()];
          tensor.asRawTensor().data().asDoubles().read(read);
          numbers.add(read);
        }
        return numbers;
      }
    }
  }

  private static void write(Ops tf, FunctionCall call, Calls calls, double lie) {
    Operand<TFloat64> x = call.pass(tf.constant(X));
    Operand<TFloat64> w = call.pass(tf.constant(W));
    Ops body = call.body();
    var y = number(cube(calls, lie).add(body, List.of(x, w), List.of()), 0);
    assertThat(y.shape().asArray()).containsExactly(3);
    var loss = body.reduceSum(body.math.mul(y, x), body.constant(0));
    call.result(loss);
    Output<?>[] by = {x.asOutput(), w.asOutput()};
    for (Output<?> gradient : ((Graph) body.scope().env()).addGradients(loss.asOutput(), by)) {
      call.result(gradient);
    }
  }

  @ParameterizedTest
  @EnumSource
  void isDifferentiatedByItsOwnGradientAndWhatSurroundsItByTensorFlow(Calls calls) {
    List<double[]> results = run(calls, 1);
    double loss = 0;
    for (int i = 0; i < 3; i++) {
      loss += W[i] * Math.pow(X[i], 4);
      assertThat(results.get(1)[i]).isCloseTo(4 * W[i] * Math.pow(X[i], 3), within(ROUNDING));
      assertThat(results.get(2)[i]).isCloseTo(Math.pow(X[i], 4), within(ROUNDING));
    }
    assertThat(results.get(0)[0]).isCloseTo(loss, within(ROUNDING));
  }

  @Test
  void asksItsOwnGradientAlone() {
    // w x^3 * x: of four equal parts of the gradient by x, three come from within.
    double[] slopes = run(Calls.COMPILED, 2).get(1);
    for (int i = 0; i < 3; i++) {
      assertThat(slopes[i]).isCloseTo(7 * W[i] * Math.pow(X[i], 3), within(ROUNDING));
    }
  }

  @Test
  void isItsOperationsWhereNothingIsDifferentiated() {
    try (EagerSession session = EagerSession.create()) {
      Ops tf = Ops.create(session);
      var y =
          cube(Calls.COMPILED, 1)
              .add(tf, List.of(tf.constant(X), tf.constant(W)), List.of())
              .get(0);
      assertThat(((TFloat64) y.asTensor()).getDouble(2)).isEqualTo(6 * 27);
    }
  }
}
