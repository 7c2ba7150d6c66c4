package org.tflion.tpu.lower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tflion.tpu.topology.DeviceMesh;
import org.tflion.tpu.topology.Mesh;
import org.tflion.tpu.topology.NamedSharding;
import org.tflion.tpu.topology.PartitionSpec;

class ShardingTest {

  /** 256 devices: their ids take bytes that are not UTF-8. */
  private static final NamedSharding WIDE =
      new NamedSharding(DeviceMesh.rowMajor(Mesh.parse("data=256")), PartitionSpec.of("data"));

  private static NamedSharding columns(int devices) {
    return new NamedSharding(
        DeviceMesh.rowMajor(Mesh.parse("model=" + devices)), PartitionSpec.of(null, "model"));
  }

  @Test
  void isTheIdentityInASession() {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Operand<TFloat32> x = tf.constant(new float[][] {{1, 2, 3, 4}, {5, 6, 7, 8}}); // [2, 4]
      Operand<TFloat32> marked = Sharding.annotate(tf, x, columns(4)); // [2, 4]
      try (var result = session.runner().fetch(marked).run();
          TFloat32 value = (TFloat32) result.get(0)) {
        assertThat(value.getFloat(1, 2)).isEqualTo(7f);
      }
    }
  }

  @Test
  void theGradientCarriesTheSameBytes() {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      float[] threes = new float[256];
      Arrays.fill(threes, 3f);
      Operand<TFloat32> x = tf.constant(threes); // [256]
      Operand<TFloat32> marked = Sharding.annotate(tf, x, WIDE); // [256]
      Operand<TFloat32> loss = tf.reduceSum(tf.math.mul(marked, marked), tf.constant(0)); // []
      Output<?> dx = graph.addGradients(loss.asOutput(), new Output<?>[] {x.asOutput()})[0];
      try (var result = session.runner().fetch(dx).run();
          TFloat32 value = (TFloat32) result.get(0)) {
        assertThat(value.getFloat(255)).isEqualTo(6f);
      }
      List<byte[]> marks = new ArrayList<>();
      graph
          .operations()
          .forEachRemaining(
              op -> {
                if (op.type().equals("XlaSharding")) {
                  var attributes = op.attributes();
                  marks.add(attributes.getAttrValueProto("sharding").getS().toByteArray());
                }
              });
      assertThat(marks).hasSize(2).allMatch(mark -> Arrays.equals(mark, WIDE.opSharding(1)));
    }
  }

  @Test
  void refusesAWidthThatDoesNotDivide() {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Operand<TFloat32> x = tf.withName("x").constant(new float[][] {{1, 2, 3}}); // [1, 3]
      assertThatThrownBy(() -> Sharding.annotate(tf, x, columns(2)))
          .hasMessageContaining("dimension 1 of x must divide into 2 equal shards");
    }
  }
}
