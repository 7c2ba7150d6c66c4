package org.tflion.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt64;
import org.tflion.gradient.Clip;
import org.tflion.gradient.SparseGradient;
import org.tflion.schedule.Schedule;

/** Gradients of a table by rows, against the reference cases. */
class SparseTest {

  static Stream<Arguments> cases() {
    return Stream.of(Kind.values())
        .flatMap(
            kind ->
                Stream.of(
                    Arguments.of(kind, true, "lion_sparse_tf1", SparseSemantics.DENSE),
                    Arguments.of(kind, false, "lion_sparse_tf1", SparseSemantics.DENSE),
                    Arguments.of(
                        kind, false, "lion_sparse_lazy_nonoriginal", SparseSemantics.LAZY)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void followsTheReference(Kind kind, boolean compiled, String name, SparseSemantics semantics) {
    GoldenVectors.Case golden = GoldenVectors.named(name);
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Ops init = tf.withInitScope();
      Output<?> table =
          kind.make(
              tf, "table", init.constant(golden.shape(), DataBuffers.of(golden.parameters())));
      var indices = tf.placeholder(TInt64.class);
      var values = tf.placeholder(TFloat64.class);
      LionConfig config =
          LionConfig.of(golden.hyper("lr"))
              .withBetas(golden.hyper("beta1"), golden.hyper("beta2"))
              .withWeightDecay(golden.hyper("weight_decay"));
      Op update =
          new Lion(graph, config, UpdateOptions.DEFAULT.withCompiled(compiled))
              .applySparse(table, new SparseGradient<>(indices, values), semantics, "train");
      try (Session session = new Session(graph)) {
        session.initialize();
        for (int step = 0; step < golden.steps(); step++) {
          var gradient = golden.node().get("inputs").get("grads").get(step);
          double[] rows = golden.leaf(gradient, "indices");
          try (TInt64 i = TInt64.tensorOf(Shape.of(rows.length));
              TFloat64 v = values(golden.leaf(gradient, "values"), rows.length)) {
            for (int row = 0; row < rows.length; row++) {
              i.setLong((long) rows[row], row);
            }
            session.runner().feed(indices, i).feed(values, v).addTarget(update).run().close();
          }
          // 1e-12: the bound on all reference cases in float64.
          assertThat(Trial.doubles(graph, session, "table", TFloat64.class))
              .containsExactly(golden.expected(step, "params"), within(1e-12));
          assertThat(Trial.doubles(graph, session, "table-momentum", TFloat64.class))
              .containsExactly(golden.expected(step, "m"), within(1e-12));
        }
        assertThat(Trial.count(graph, session, "Lion-updates")).isEqualTo(golden.steps());
      }
    }
  }

  private static TFloat64 values(double[] flat, int rows) {
    return TFloat64.tensorOf(Shape.of(rows, flat.length / rows), DataBuffers.of(flat));
  }

  /** A table of three rows and two columns. */
  private static Output<?> zeros(Ops tf) {
    Ops init = tf.withInitScope();
    return Kind.RESOURCE.make(
        tf, "table", init.zeros(init.constant(Shape.of(3, 2)), TFloat64.class));
  }

  /** Where the authors' code divides by beta1 and gives NaN. */
  @ParameterizedTest
  @EnumSource(SparseSemantics.class)
  void needsNoMomentumInTheDirection(SparseSemantics semantics) {
    double[] w = train(LionConfig.of(0.5).withBetas(0, 0.9), semantics);
    assertThat(w).containsExactly(-0.5, 0.5, 0, 0, 0.5, -0.5);
  }

  /** Rows 0 and 2 of three; row 0 twice, with values that add up to another sign. */
  private static double[] train(LionConfig config, SparseSemantics semantics) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Output<?> table = zeros(tf);
      SparseGradient<TFloat64> gradient =
          new SparseGradient<>(
              tf.constant(new long[] {0, 2, 0}),
              tf.constant(StdArrays.ndCopyOf(new double[][] {{-1, 1}, {-3, 3}, {2, -2}})));
      Op update = new Lion(graph, config).applySparse(table, gradient, semantics, "train");
      try (Session session = new Session(graph)) {
        session.initialize();
        session.runner().addTarget(update).run().close();
        return Trial.doubles(graph, session, "table", TFloat64.class);
      }
    }
  }

  /** How many rows there are is known only when the graph runs; none of them is above the bound. */
  @ParameterizedTest
  @EnumSource(SparseSemantics.class)
  void boundsTheRootMeanSquareOfRowsThatAreFed(SparseSemantics semantics) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Output<?> table = zeros(tf);
      var indices = tf.placeholder(TInt64.class);
      var values = tf.placeholder(TFloat64.class);
      UpdateOptions options = UpdateOptions.DEFAULT.withClips(new Clip(Clip.Kind.BLOCK_RMS, 1));
      Op update =
          new SgdMomentum(graph, SgdMomentumConfig.of(1).withMomentum(0), options)
              .applySparse(table, new SparseGradient<>(indices, values), semantics, "train");
      try (Session session = new Session(graph);
          TInt64 rows = TInt64.vectorOf(0, 2);
          TFloat64 halves = values(new double[] {0.5, 0.5, 0.5, 0.5}, 2)) {
        session.initialize();
        session.runner().feed(indices, rows).feed(values, halves).addTarget(update).run().close();
        assertThat(Trial.doubles(graph, session, "table", TFloat64.class))
            .containsExactly(-0.5, -0.5, 0, 0, -0.5, -0.5);
      }
    }
  }

  @Test
  void refusesLazyUpdatesWhereARuleLooksAtTheWholeTable() {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Output<?> table =
          Kind.REF.make(tf, "table", tf.withInitScope().constant(new double[200][200]));
      SparseGradient<TFloat64> gradient =
          new SparseGradient<>(tf.constant(new long[1]), tf.constant(new double[1][200]));
      Adafactor adafactor = new Adafactor(graph, AdafactorConfig.optax(Schedule.constant(0.1)));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> adafactor.applySparse(table, gradient, SparseSemantics.LAZY, "train"))
          .withMessageContaining("use dense semantics");
      Lion clipped = new Lion(graph, LionConfig.of(0.1), UpdateOptions.DEFAULT.withClipNorm(1));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> clipped.applySparse(table, gradient, SparseSemantics.LAZY, "train"))
          .withMessageContaining("lazy updates need options without norm");
    }
  }
}
