package org.tflion.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/** A loss that is scaled while gradients are taken, and gradients that are not. */
class LossScaleTest {

  private static final UpdateOptions ADAPTING =
      UpdateOptions.DEFAULT.withGuarded(true).withLossScale(LossScale.adapting());

  private static final List<BiFunction<Graph, UpdateOptions, RuleOptimizer>> OPTIMIZERS =
      List.of(
          (graph, options) -> new Lion(graph, LionConfig.of(0.01).withWeightDecay(0.1), options),
          (graph, options) -> new AdamW(graph, AdamWConfig.of(0.01), options));

  static Stream<Arguments> settings() {
    return Stream.of(Kind.values())
        .flatMap(kind -> Stream.of(Arguments.of(kind, false), Arguments.of(kind, true)));
  }

  /** Powers of two are exact, and clipping must see gradients of the loss itself. */
  @ParameterizedTest
  @MethodSource("settings")
  void changesNoBitOfAnUpdate(Kind kind, boolean compiled) {
    UpdateOptions options = UpdateOptions.DEFAULT.withCompiled(compiled).withClipNorm(0.1);
    for (var optimizer : OPTIMIZERS) {
      double[] expected = afterFive(kind, options, optimizer);
      for (double scale : new double[] {1024, 0.125}) {
        UpdateOptions scaled = options.withLossScale(LossScale.fixed(scale));
        assertThat(afterFive(kind, scaled, optimizer)).containsExactly(expected);
      }
      UpdateOptions adapting = options.withGuarded(true).withLossScale(LossScale.adapting());
      assertThat(afterFive(kind, adapting, optimizer)).containsExactly(expected);
    }
  }

  private static double[] afterFive(
      Kind kind, UpdateOptions options, BiFunction<Graph, UpdateOptions, RuleOptimizer> optimizer) {
    try (Graph graph = new Graph()) {
      TwoLayers model = new TwoLayers(graph, kind);
      Op train = optimizer.apply(graph, options).minimize(model.loss);
      try (Session session = new Session(graph)) {
        session.initialize();
        for (int update = 0; update < 5; update++) {
          session.runner().addTarget(train).run().close();
        }
        return Trial.floats(graph, session, "first");
      }
    }
  }

  /** The loss of one weight times a fed number, under an optimizer. */
  private static final class Fed implements AutoCloseable {

    final Graph graph = new Graph();
    final Placeholder<TFloat32> factor;
    final Op train;
    Session session;

    Fed(Kind kind, UpdateOptions options) {
      Ops tf = Ops.create(graph);
      kind.make(tf, "w", tf.withInitScope().constant(new float[] {1, 2}));
      factor = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
      Operand<TFloat32> w = Kind.read(graph, tf, "w");
      var loss = tf.math.mul(factor, tf.reduceSum(w, tf.constant(0))); // []
      train = new AdamW(graph, AdamWConfig.of(0.01), options.withAverage(0.9)).minimize(loss);
      session = new Session(graph);
      session.initialize();
    }

    void step(float value) {
      try (TFloat32 fed = TFloat32.scalarOf(value)) {
        session.runner().feed(factor, fed).addTarget(train).run().close();
      }
    }

    double scale() {
      return Trial.doubles(graph, session, "AdamW-loss_scale", TFloat64.class)[0];
    }

    List<double[]> state() {
      return Stream.of("w", "w-first_moment", "w-second_moment", "w-average")
          .map(name -> Trial.floats(graph, session, name))
          .toList();
    }

    @Override
    public void close() {
      session.close();
      graph.close();
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void halvesAfterWhatIsNotFiniteAndLeavesAllElseAsItIs(Kind kind, boolean compiled) {
    try (Fed fed = new Fed(kind, ADAPTING.withCompiled(compiled));
        Fed calm = new Fed(kind, ADAPTING.withCompiled(compiled))) {
      fed.step(1);
      calm.step(1);
      assertThat(fed.scale()).isEqualTo(32768);
      // The loss is finite, 3e34 * 3; the gradient of 32768 times that is not, and of half neither.
      fed.step(3e34f);
      fed.step(Float.NaN);
      assertThat(fed.scale()).isEqualTo(8192);
      assertThat(fed.state()).usingRecursiveComparison().isEqualTo(calm.state());
      fed.step(3e34f);
      calm.step(3e34f / 4);
      assertThat(Trial.count(fed.graph, fed.session, "AdamW-updates")).isEqualTo(2);
      assertThat(Trial.count(fed.graph, fed.session, "AdamW-skipped")).isEqualTo(2);
      for (int i = 0; i < 20; i++) {
        fed.step(Float.POSITIVE_INFINITY);
      }
      assertThat(fed.scale()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"REF, false", "RESOURCE, true"})
  void doublesAfterTwoThousandGoodStepsInARow(Kind kind, boolean compiled) {
    try (Fed fed = new Fed(kind, ADAPTING.withCompiled(compiled))) {
      fed.step(1);
      fed.step(Float.NaN);
      for (int i = 1; i < LossScale.PATIENCE; i++) {
        fed.step(1);
      }
      assertThat(fed.scale()).isEqualTo(16384);
      fed.step(1);
      assertThat(fed.scale()).isEqualTo(32768);
      fed.step(1);
      assertThat(fed.scale()).isEqualTo(32768);
    }
  }

  @Test
  void isPartOfWhatIsSaved(@TempDir Path folder) {
    try (Fed fed = new Fed(Kind.REF, ADAPTING)) {
      fed.step(Float.NaN);
      fed.step(1);
      String saved = folder.resolve("saved").toString();
      fed.session.save(saved);
      fed.session.close();
      fed.session = new Session(fed.graph);
      fed.session.restore(saved);
      assertThat(fed.scale()).isEqualTo(16384);
      assertThat(Trial.count(fed.graph, fed.session, "AdamW-loss_scale_good")).isEqualTo(1);
    }
  }

  /** As many as the gradient scaler of PyTorch waits for by default. */
  @Test
  void doublesAfterTwoThousandUpdates() {
    assertThat(LossScale.PATIENCE).isEqualTo(2000);
  }

  @Test
  void refusesWhatItCannotWorkWith() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> UpdateOptions.DEFAULT.withLossScale(LossScale.adapting()))
        .withMessageContaining("guarded must be true before an adapting loss scale");
    for (double wrong : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> LossScale.fixed(wrong))
          .withMessageContaining("LossScale: initial must be finite and above 0");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LossScale(0.5, true))
        .withMessageContaining("initial must be 1 or more if dynamic");
  }
}
