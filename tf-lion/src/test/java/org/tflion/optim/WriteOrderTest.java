package org.tflion.optim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Graph;
import org.tensorflow.op.Op;
import org.tflion.schedule.Schedule;

/** A race can pass by luck, so this test reads the graph instead of running it. */
class WriteOrderTest {

  private static final Schedule RATE = Schedule.cosine(0.1, 0.01, 100).withWarmup(10);

  static Stream<Arguments> settings() {
    BiFunction<Graph, UpdateOptions, RuleOptimizer> lion =
        (graph, options) -> new Lion(graph, LionConfig.of(RATE).withWeightDecay(0.1), options);
    BiFunction<Graph, UpdateOptions, RuleOptimizer> adamW =
        (graph, options) -> new AdamW(graph, AdamWConfig.of(RATE).withWeightDecay(0.1), options);
    List<Arguments> settings = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      for (boolean compiled : new boolean[] {false, true}) {
        for (double clip : new double[] {1, Double.POSITIVE_INFINITY}) {
          UpdateOptions options = UpdateOptions.DEFAULT.withCompiled(compiled).withClipNorm(clip);
          settings.add(Arguments.of(kind, options, lion, 1));
          settings.add(Arguments.of(kind, options, adamW, 2));
        }
      }
    }
    return settings.stream();
  }

  @ParameterizedTest
  @MethodSource("settings")
  void writesNothingBeforeEveryReaderOfTheOldValue(
      Kind kind,
      UpdateOptions options,
      BiFunction<Graph, UpdateOptions, RuleOptimizer> optimizer,
      int slots) {
    try (Graph graph = new Graph()) {
      TwoLayers model = new TwoLayers(graph, kind);
      Op train = optimizer.apply(graph, options).minimize(model.loss);
      StepGraph step = new StepGraph(graph, List.of(train.op().name(), model.loss.op().name()));
      assertThat(step.violations()).isEmpty();
      // Three weights, their slots, and the counter: an order over nothing would prove nothing.
      assertThat(step.written()).hasSize(3 + 3 * slots + 1).contains("first", "bias", "second");
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void readsTheCounterForItsRatesBeforeAdvancingIt(
      Kind kind,
      UpdateOptions options,
      BiFunction<Graph, UpdateOptions, RuleOptimizer> optimizer,
      int slots) {
    try (Graph graph = new Graph()) {
      TwoLayers model = new TwoLayers(graph, kind);
      RuleOptimizer made = optimizer.apply(graph, options);
      String counter = made.getOptimizerName() + "-updates";
      Op train = made.minimize(model.loss);
      // Everything in the graph that looks at the counter, fetched or not.
      StepGraph step = new StepGraph(graph, readersOf(graph, counter, train.op().name()));
      assertThat(step.violations()).isEmpty();
      assertThat(step.written()).containsAll(Set.of(counter));
    }
  }

  private static List<String> readersOf(Graph graph, String counter, String train) {
    List<String> names = new ArrayList<>(List.of(train));
    graph
        .subgraphFrom(Set.of(graph.operationOrThrow(counter).output(0)))
        .forEach(
            op -> {
              if (!graph.isInitializer(op)) {
                names.add(op.name());
              }
            });
    return names;
  }
}
