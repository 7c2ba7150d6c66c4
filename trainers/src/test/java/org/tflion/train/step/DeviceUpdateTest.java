package org.tflion.train.step;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.tensorflow.Graph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tflion.optim.Weight;
import org.tflion.tpu.lower.LoweringException;

@Timeout(120)
class DeviceUpdateTest {

  private final XlaDevice device = new XlaDevice();

  private static Weight<TFloat32> variable(Ops tf, String name, float... first) {
    Weight<TFloat32> weight = Weight.resource(tf, name, Shape.of(first.length), TFloat32.class);
    Ops init = tf.withInitScope();
    weight.assign(init, init.constant(first)); // [N]
    return weight;
  }

  private float[] values(DeviceUpdate update, String name) {
    byte[] bytes = device.toHost(List.of(requireNonNull(update.state().get(name)))).get(0);
    float[] values = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).asFloatBuffer().get(values);
    return values;
  }

  @Test
  void renewsWhatItWritesAndLeavesTheRest() {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Map<String, Weight<?>> variables = new LinkedHashMap<>();
      Weight<TFloat32> sum = variable(tf, "sum", 1, 2);
      Weight<TFloat32> term = variable(tf, "term", 10, 20);
      variables.put("sum", sum);
      variables.put("term", term);
      Op add = sum.assign(tf, tf.math.add(sum.read(tf), term.read(tf)));
      try (DeviceUpdate update = new DeviceUpdate(device.place(), graph, variables, add)) {
        update.run();
        update.run();
        assertThat(values(update, "sum")).containsExactly(21, 42);
        assertThat(values(update, "term")).containsExactly(10, 20);
      }
    }
    assertThat(device.open()).isZero();
    assertThat(device.isClosed()).isFalse();
  }

  @Test
  void leavesNothingOpenWhereXlaRefuses() {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Weight<TFloat32> sum = variable(tf, "sum", 1, 2);
      Op print = tf.withControlDependencies(sum.read(tf)).print(tf.constant("text"));
      assertThatThrownBy(() -> new DeviceUpdate(device.place(), graph, Map.of("sum", sum), print))
          .isInstanceOf(LoweringException.class);
    }
    assertThat(device.open()).isZero();
  }
}
