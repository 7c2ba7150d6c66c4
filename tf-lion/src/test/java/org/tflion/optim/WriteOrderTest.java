package org.tflion.optim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tflion.schedule.Schedule;

/** A race can pass by luck, so this test reads the graph instead of running it. */
class WriteOrderTest {

  private static final Schedule RATE = Schedule.cosine(0.1, 0.01, 100).withWarmup(10);

  static Stream<Arguments> settings() {
    List<Arguments> settings = new ArrayList<>();
    for (Kind first : Kind.values()) {
      for (Kind second : Kind.values()) {
        for (boolean compiled : new boolean[] {false, true}) {
          for (double clip : new double[] {1, Double.POSITIVE_INFINITY}) {
            UpdateOptions options = UpdateOptions.DEFAULT.withCompiled(compiled).withClipNorm(clip);
            settings.add(Arguments.of(first, second, options));
          }
        }
      }
    }
    return settings.stream();
  }

  /** Every optimizer, guarded, scaled and averaged, so that all there is to write is written. */
  @ParameterizedTest
  @EnumSource(ContractTest.Subject.class)
  void writesNothingBeforeEveryReaderOfTheOldValue(ContractTest.Subject subject) {
    for (Kind kind : Kind.values()) {
      for (boolean compiled : new boolean[] {false, true}) {
        UpdateOptions options =
            UpdateOptions.DEFAULT
                .withCompiled(compiled)
                .withGuarded(true)
                .withLossScale(LossScale.adapting())
                .withAverage(0.9);
        // Three averages, the counters of updates and skips, the scale and its good steps.
        check(kind, kind, options, subject, 7);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void writesNothingTooEarlyToVariablesOfBothKinds(Kind first, Kind second, UpdateOptions options) {
    check(first, second, options, ContractTest.Subject.LION, 1);
    check(first, second, options, ContractTest.Subject.ADAM_W, 1);
  }

  private static void check(
      Kind first, Kind second, UpdateOptions options, ContractTest.Subject subject, int others) {
    try (Graph graph = new Graph()) {
      TwoLayers model = new TwoLayers(graph, first, second);
      Op train = subject.make.apply(graph, options).minimize(model.loss);
      StepGraph step = new StepGraph(graph, List.of(train.op().name(), model.loss.op().name()));
      assertThat(step.violations()).isEmpty();
      // Three weights, their slots, and counters: an order over nothing would prove nothing. The
      // bias has one row, and Adafactor one second moment for it where others have two factors.
      int factored = subject == ContractTest.Subject.ADAFACTOR_FACTORED ? 2 : 0;
      assertThat(step.written())
          .hasSize(3 + 3 * subject.slots.size() - factored + others)
          .contains("first", "bias", "second");
    }
  }

  /** A constant rate and a decay that nothing has: nothing of the update waits for the decay. */
  @ParameterizedTest
  @MethodSource("settings")
  void readsTheCounterForItsRatesBeforeAdvancingIt(Kind first, Kind second, UpdateOptions options) {
    try (Graph graph = new Graph()) {
      TwoLayers model = new TwoLayers(graph, first, second);
      UpdateOptions bare = options.withDecayMask((name, shape) -> false);
      Op train =
          new Lion(graph, LionConfig.of(0.1).withWeightDecay(RATE), bare).minimize(model.loss);
      // Everything in the graph that looks at the counter, fetched or not.
      StepGraph step = new StepGraph(graph, readersOf(graph, "Lion-updates", train.op().name()));
      assertThat(step.violations()).isEmpty();
      assertThat(step.written()).contains("Lion-updates");
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void waitsForWhateverItIsToldToWaitFor(Kind kind) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Output<?> made = kind.make(tf, "w", tf.withInitScope().constant(new float[] {1, 2}));
      @SuppressWarnings("unchecked") // made of floats above
      Weight<TFloat32> weight = (Weight<TFloat32>) Weight.of(made);
      Weight<TInt64> counter = weight.sibling(tf, "counter", Shape.scalar(), TInt64.class);
      Op late = tf.math.mul(weight.read(tf), tf.constant(2f));
      Weight<TFloat32> slot = weight.sibling(tf, "slot", weight.shape(), TFloat32.class);
      Trainable<TFloat32> trainable =
          new Trainable<>(weight, tf.constant(new float[] {3, 4}), Map.of(LionRule.MOMENTUM, slot));
      Update update =
          new Updater(new LionRule(LionConfig.of(RATE)), UpdateOptions.DEFAULT)
              .add(tf, List.of(trainable), counter, List.of(late));
      StepGraph step = new StepGraph(graph, List.of(update.op().op().name(), late.op().name()));
      assertThat(step.violations()).isEmpty();
    }
  }

  /** Neither place writes before both have what reads the weights; no guard or clip joins them. */
  @Test
  void placesWaitForEachOther() {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Weight<TFloat32> first = Weight.resource(tf, "first", Shape.of(2), TFloat32.class);
      Weight<TFloat32> second = Weight.resource(tf, "second", Shape.of(2), TFloat32.class);
      Weight<TInt64> counter = first.sibling(tf, "counter", Shape.scalar(), TInt64.class);
      List<Op> readers = new ArrayList<>();
      List<Place> places = new ArrayList<>();
      for (Weight<TFloat32> weight : List.of(first, second)) {
        Weight<TFloat32> other = weight == first ? second : first;
        Weight<TFloat32> slot = weight.sibling(tf, "slot", weight.shape(), TFloat32.class);
        Operand<TFloat32> gradient = tf.math.mul(other.read(tf), tf.constant(2f));
        Op late = tf.math.mul(other.read(tf), tf.constant(3f));
        readers.addAll(List.of(gradient, late));
        places.add(
            new Place(
                tf,
                List.of(
                    new Trainable<>(weight, gradient.asOutput(), Map.of(LionRule.MOMENTUM, slot))),
                List.of(late)));
      }
      Update update =
          new Updater(new LionRule(LionConfig.of(RATE)), UpdateOptions.DEFAULT)
              .add(places, counter, null);
      readers.add(update.op());
      StepGraph step =
          new StepGraph(graph, readers.stream().map(reader -> reader.op().name()).toList());
      assertThat(step.violations()).isEmpty();
      assertThat(step.written()).contains("first", "second", "counter");
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
