package org.tflion.xla;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operation;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tflion.optim.Weight;

class FunctionCallTest {

  private final Graph graph = new Graph();
  private final Ops tf = Ops.create(graph);

  @AfterEach
  void close() {
    graph.close();
  }

  /** AsString has no XLA kernel: a call that quietly ran it elsewhere would not be compiled. */
  @Test
  void compiledRefusesWhatXlaCannotCompileByName() {
    Operation call = lengthAsText(true);
    try (Session session = new Session(graph)) {
      assertThatException()
          .isThrownBy(() -> session.runner().fetch(call.output(0)).run())
          .withMessageContaining("AsString");
    }
  }

  @Test
  void plainRunsWhatXlaCannotCompile() {
    Operation call = lengthAsText(false);
    try (Session session = new Session(graph);
        var result = session.runner().fetch(call.output(0)).run()) {
      assertThat(((TInt32) result.get(0)).getInt()).isEqualTo(3);
    }
  }

  private Operation lengthAsText(boolean compiled) {
    return FunctionCall.add(
        tf,
        "length",
        compiled,
        call -> {
          var number = call.pass(tf.constant(123)); // []
          call.result(call.body().strings.stringLength(call.body().dtypes.asString(number)));
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void passesOnlyWhatIsUsedAndKeepsTheOrderOfTheRest(boolean compiled) {
    Operation call =
        FunctionCall.add(
            tf,
            "difference",
            compiled,
            function -> {
              function.pass(tf.constant(new float[1000]));
              var left = function.pass(tf.constant(7f)); // []
              function.pass(tf.constant(1));
              var right = function.pass(tf.constant(3f)); // []
              function.result(function.body().math.sub(left, right));
            });
    assertThat(((GraphOperation) call).numInputs()).isEqualTo(2);
    try (Session session = new Session(graph);
        var result = session.runner().fetch(call.output(0)).run()) {
      assertThat(((TFloat32) result.get(0)).getFloat()).isEqualTo(4);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readsAndWritesAVariableByItsHandle(boolean compiled) {
    Weight<TFloat32> variable = Weight.resource(tf, "v", Shape.of(2), TFloat32.class);
    variable.assign(tf.withInitScope(), tf.withInitScope().constant(new float[] {1, 2}));
    Operation call =
        FunctionCall.add(
            tf,
            "double",
            compiled,
            function -> {
              Ops body = function.body();
              var handle = function.passHandle(variable.variable());
              var old = body.readVariableOp(handle, TFloat32.class);
              var write = body.assignVariableOp(handle, body.math.add(old, old));
              function.result(body.withControlDependencies(write).constant(true));
            });
    try (Session session = new Session(graph)) {
      session.initialize();
      session.runner().addTarget(call).run().close();
      session.runner().addTarget(call).run().close();
      try (var result = session.runner().fetch(variable.read(tf)).run()) {
        TFloat32 value = (TFloat32) result.get(0);
        assertThat(new float[] {value.getFloat(0), value.getFloat(1)}).containsExactly(4, 8);
      }
    }
  }
}
