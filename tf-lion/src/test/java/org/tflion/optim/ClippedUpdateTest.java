package org.tflion.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.framework.optimizers.Optimizer.GradAndVar;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TType;
import org.tflion.gradient.Clip;

/** Clipping as the optimizer sees it: with beta2 = 0 the new momentum is the clipped gradient. */
class ClippedUpdateTest {

  static Stream<Arguments> settings() {
    return Stream.of(Kind.values())
        .flatMap(kind -> Stream.of(Arguments.of(kind, false), Arguments.of(kind, true)));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void shortensAllGradientsTogetherAsTheReferenceDoes(Kind kind, boolean compiled) {
    GoldenVectors.Case golden = GoldenVectors.named("clip_global_and_local");
    Map<String, double[]> clipped = clipped(golden, kind, compiled, golden.hyper("clip_norm"));
    for (String leaf : clipped.keySet()) {
      // 1e-15: the reference and this divide and multiply in another order.
      assertThat(clipped.get(leaf))
          .containsExactly(golden.leaf(golden.step(0).get("clipped"), leaf), within(1e-15));
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void leavesShortGradientsAsTheyAre(Kind kind, boolean compiled) {
    GoldenVectors.Case golden = GoldenVectors.named("clip_global_and_local");
    Map<String, double[]> clipped = clipped(golden, kind, compiled, 1.0);
    for (String leaf : clipped.keySet()) {
      assertThat(clipped.get(leaf))
          .containsExactly(golden.leaf(golden.node().get("inputs").get("grads"), leaf));
    }
  }

  /** The second program must see the weight that the first one has overwritten by then. */
  @ParameterizedTest
  @MethodSource("settings")
  void measuresGradientsByTheOldWeightInEveryProgram(Kind kind, boolean compiled) {
    LionConfig config = LionConfig.of(10).withBetas(0.9, 0);
    UpdateOptions options = UpdateOptions.DEFAULT.withClips(new Clip(Clip.Kind.ADAPTIVE, 0.5));
    try (Trial<?> trial =
        new Trial<>(
            new Trial.Setting(kind, TFloat64.class, compiled),
            Shape.of(2),
            new double[] {3, 4},
            options,
            (graph, shared) -> new Lion(graph, config, shared))) {
      trial.step(new double[] {30, -40});
      // The weight is 5 long, half of that is 2.5, the gradient 50: a twentieth of it is kept.
      assertThat(trial.value("w-momentum")).containsExactly(new double[] {1.5, -2}, within(1e-15));
    }
  }

  private static Map<String, double[]> clipped(
      GoldenVectors.Case golden, Kind kind, boolean compiled, double limit) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      var gradients = golden.node().get("inputs").get("grads");
      List<GradAndVar<?>> pairs = new ArrayList<>();
      for (Map.Entry<String, Shape> leaf :
          Map.of("a", Shape.of(2, 3), "b", Shape.of(3)).entrySet()) {
        double[] values = golden.leaf(gradients, leaf.getKey());
        Operand<TFloat64> gradient = tf.constant(leaf.getValue(), DataBuffers.of(values));
        Ops init = tf.withInitScope();
        Output<?> variable =
            kind.make(
                tf, leaf.getKey(), init.zeros(init.constant(leaf.getValue()), TFloat64.class));
        pairs.add(pair(gradient, variable));
      }
      Op update =
          new Lion(
                  graph,
                  LionConfig.of(0.1).withBetas(0.9, 0),
                  UpdateOptions.DEFAULT.withCompiled(compiled).withClipNorm(limit))
              .applyGradients(pairs, "train");
      try (Session session = new Session(graph)) {
        session.initialize();
        session.runner().addTarget(update).run().close();
        return Map.of(
            "a",
            read(graph, tf, session, "a-momentum"),
            "b",
            read(graph, tf, session, "b-momentum"));
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static <V extends TType> GradAndVar<V> pair(Operand<?> gradient, Output<?> variable) {
    return new GradAndVar<>((Output<V>) gradient.asOutput(), (Output<V>) variable);
  }

  private static double[] read(Graph graph, Ops tf, Session session, String name) {
    try (var result = session.runner().fetch(Kind.<TFloat64>read(graph, tf, name)).run()) {
      List<Double> values = new ArrayList<>();
      ((TFloat64) result.get(0)).scalars().forEach(scalar -> values.add(scalar.getDouble()));
      return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
  }
}
