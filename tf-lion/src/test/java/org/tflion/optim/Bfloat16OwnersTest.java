package org.tflion.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tflion.gradient.SparseGradient;

/** Which bfloat16 weights own what, and which are refused. */
class Bfloat16OwnersTest {

  private static final LionConfig LION = LionConfig.of(1e-3).withWeightDecay(0.1);

  private static UpdateOptions options(Bfloat16Weights how) {
    return UpdateOptions.DEFAULT.withBfloat16(how);
  }

  @Test
  void aFrozenVariableOwnsNoMaster() {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Ops init = tf.withInitScope();
      var start = init.dtypes.cast(init.constant(new float[] {1, 2}), TBfloat16.class);
      var moved = Weight.bfloat16(Kind.REF.make(tf, "moved", start));
      var frozen = Weight.bfloat16(Kind.REF.make(tf, "frozen", start));
      var product = tf.math.mul(moved.read(tf), frozen.read(tf)); // [2]
      var loss = tf.reduceSum(tf.dtypes.cast(product, TFloat32.class), tf.constant(0)); // []
      var groups =
          List.of(GroupedRule.Group.frozen("frozen"), GroupedRule.Group.of("", new LionRule(LION)));
      new Grouped(graph, groups, options(Bfloat16Weights.MASTER)).minimize(loss);
      assertThat(graph.operation("moved-master")).isNotNull();
      assertThat(graph.operation("frozen-master")).isNull();
    }
  }

  @Test
  void refusesWhatItCannotKeep() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options(Bfloat16Weights.stochastic(7)).withAverage(0.9))
        .withMessageContaining("average must be 0 with stochastic rounding");
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Ops init = tf.withInitScope();
      Output<?> table =
          Kind.RESOURCE.make(
              tf, "table", init.zeros(init.constant(new int[] {4, 2}), TBfloat16.class));
      Lion lion = new Lion(graph, LION, options(Bfloat16Weights.MASTER));
      SparseGradient<TFloat32> gradient =
          new SparseGradient<>(tf.constant(new long[] {1}), tf.constant(new float[][] {{1, 1}}));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> lion.applySparse(table, gradient, SparseSemantics.LAZY, "lazy"))
          .withMessageContaining("Lazy update: table must be float32 or float64");
      assertThat(List.of(lion.applySparse(table, gradient, SparseSemantics.DENSE, "dense")))
          .hasSize(1);
    }
  }
}
