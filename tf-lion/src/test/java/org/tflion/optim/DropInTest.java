package org.tflion.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.framework.optimizers.Optimizer;
import org.tensorflow.framework.optimizers.Optimizer.GradAndVar;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TNumber;
import org.tensorflow.types.family.TType;

/** The contract of the framework's optimizers, and the cases in which those go wrong. */
class DropInTest {

  private static final LionConfig LION = LionConfig.of(0.01);

  private final Graph graph = new Graph();
  private final Ops tf = Ops.create(graph);

  @AfterEach
  void close() {
    graph.close();
  }

  static Stream<Arguments> settings() {
    return Stream.of(Kind.values())
        .flatMap(kind -> Stream.of(Arguments.of(kind, false), Arguments.of(kind, true)));
  }

  /** The graph is a user's own, over {@code tf.variable}; one line of it names the optimizer. */
  @ParameterizedTest
  @EnumSource(ContractTest.Subject.class)
  void trainsAGraphThatKnowsNothingOfIt(ContractTest.Subject subject) {
    for (Kind kind : Kind.values()) {
      try (Graph plain = new Graph()) {
        TwoLayers model = new TwoLayers(plain, kind);
        UpdateOptions options =
            UpdateOptions.DEFAULT.withClipNorm(1).withCompiled(kind == Kind.RESOURCE);
        Optimizer optimizer = subject.make.apply(plain, options);
        Op train = optimizer.minimize(model.loss);
        try (Session session = new Session(plain)) {
          session.initialize();
          float before = loss(session, model);
          run(session, train, 100);
          assertThat(loss(session, model)).isLessThan(before / 2);
          assertThat(Trial.count(plain, session, optimizer.getOptimizerName() + "-updates"))
              .isEqualTo(100);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void leavesTheSlotsOfAnotherOptimizerAlone(Kind kind, boolean compiled) {
    TwoLayers model = new TwoLayers(graph, kind);
    UpdateOptions options = UpdateOptions.DEFAULT.withCompiled(compiled);
    new AdamW(graph, AdamWConfig.of(0.01), options).minimize(model.loss);
    Lion lion = new Lion(graph, LION, options);
    assertThat(lion.computeGradients(model.loss)).hasSize(3);
    Op train = lion.minimize(model.loss);
    try (Session session = new Session(graph)) {
      session.initialize();
      session.runner().addTarget(train).run().close();
      assertThat(values(session, "first-first_moment")).containsOnly(0f);
      assertThat(values(session, "second-second_moment")).containsOnly(0f);
      assertThat(values(session, "first-momentum")).doesNotContain(0f);
      assertThat(count(session, "AdamW")).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void sharesSlotsAndCounterBetweenTheLossesOfOneOptimizer(Kind kind, boolean compiled) {
    TwoLayers model = new TwoLayers(graph, kind);
    Lion lion = new Lion(graph, LION, UpdateOptions.DEFAULT.withCompiled(compiled));
    Op one = lion.minimize(model.loss, "one");
    Op two = lion.minimize(tf.math.mul(model.loss, tf.constant(-1f)), "two");
    assertThat(one.op().name()).isEqualTo("one");
    assertThat(two.op().name()).isEqualTo("two");
    assertThat(graph.operation("first-momentum_1")).isNull();
    try (Session session = new Session(graph)) {
      session.initialize();
      session.runner().addTarget(one).run().close();
      float[] once = values(session, "first-momentum");
      session.runner().addTarget(two).run().close();
      assertThat(values(session, "first-momentum")).isNotEqualTo(once).doesNotContain(0f);
      assertThat(count(session, "Lion")).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void leavesAVariableWithoutGradientAlone(Kind kind) {
    TwoLayers model = new TwoLayers(graph, kind);
    Output<?> other = kind.make(tf, "other", tf.withInitScope().constant(new float[] {1, 2}));
    Output<?> stopped = kind.make(tf, "stopped", tf.withInitScope().constant(new float[] {3, 4}));
    Operand<TFloat32> read = Kind.read(graph, tf, "stopped");
    Operand<TFloat32> loss = tf.math.add(model.loss, tf.nn.l2Loss(tf.stopGradient(read)));
    Lion lion = new Lion(graph, LION.withWeightDecay(0.5));
    Op train = lion.minimize(loss);
    assertThat(graph.operation(other.op().name() + "-momentum")).isNull();
    assertThat(graph.operation(stopped.op().name() + "-momentum")).isNull();
    try (Session session = new Session(graph)) {
      session.initialize();
      session.runner().addTarget(train).run().close();
      assertThat(values(session, "other")).containsExactly(1, 2);
      assertThat(values(session, "stopped")).containsExactly(3, 4);
    }
  }

  @Test
  void refusesALossWithoutVariables() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Lion(graph, LION).minimize(tf.constant(1f)))
        .withMessageContaining("Lion: the loss must depend on at least one variable");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void refusesBfloat16WithTheCure(Kind kind) {
    Output<?> half =
        kind.make(
            tf, "half", tf.withInitScope().zeros(tf.constant(new int[] {3}), TBfloat16.class));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Lion(graph, LION).applyGradients(pairs(half, half), "train"))
        .withMessageContaining("'half' must be float32 or float64")
        .withMessageContaining("keep it in float32 and cast");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void refusesAGradientOfAnotherShapeOrType(Kind kind) {
    Output<?> w = kind.make(tf, "w", tf.withInitScope().constant(new float[3]));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new Lion(graph, LION).applyGradients(pairs(tf.constant(new float[1]), w), "a"))
        .withMessageContaining("gradient of 'w' must have shape [3] (got [1])");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new Lion(graph, LION).applyGradients(pairs(tf.constant(new double[3]), w), "b"))
        .withMessageContaining("gradient of 'w' must be TFloat32 (got TFloat64)");
  }

  @ParameterizedTest
  @MethodSource("settings")
  void refusesAtRunTimeAGradientThatWouldBroadcast(Kind kind, boolean compiled) {
    Output<?> w = kind.make(tf, "w", tf.withInitScope().constant(new float[3]));
    Operand<TFloat32> any = tf.placeholder(TFloat32.class);
    Op train =
        new Lion(graph, LION, UpdateOptions.DEFAULT.withCompiled(compiled))
            .applyGradients(pairs(any, w), "train");
    try (Session session = new Session(graph);
        TFloat32 one = TFloat32.vectorOf(1)) {
      session.initialize();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> session.runner().feed(any, one).addTarget(train).run())
          .withMessageContaining("[3]");
      assertThat(values(session, "w")).containsOnly(0f);
    }
  }

  /** Each gradient is the other variable's own buffer; whoever writes first must not change it. */
  @ParameterizedTest
  @MethodSource("settings")
  void takesAGradientThatIsAnotherVariable(Kind kind, boolean compiled) {
    Ops init = tf.withInitScope();
    int size = 100_000;
    Shape shape = Shape.of(size);
    Output<?> a = kind.make(tf, "a", init.fill(init.constant(shape), init.constant(1f)));
    Output<?> b = kind.make(tf, "b", init.fill(init.constant(shape), init.constant(2f)));
    List<GradAndVar<?>> crossed = new ArrayList<>(pairs(Kind.read(graph, tf, "b"), a));
    crossed.addAll(pairs(Kind.read(graph, tf, "a"), b));
    Op train =
        new Lion(
                graph,
                LionConfig.of(1).withBetas(0.9, 0),
                UpdateOptions.DEFAULT.withCompiled(compiled))
            .applyGradients(crossed, "train");
    try (Session session = new Session(graph)) {
      session.initialize();
      session.runner().addTarget(train).run().close();
      // beta2 = 0: the momentum is the gradient, the value before the update.
      assertThat(values(session, "a-momentum")).containsOnly(2f);
      assertThat(values(session, "b-momentum")).containsOnly(1f);
      assertThat(values(session, "a")).containsOnly(0f);
      assertThat(values(session, "b")).containsOnly(1f);
    }
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void continuesExactlyFromASavedSession(boolean compiled, boolean adamW, @TempDir Path folder) {
    TwoLayers model = new TwoLayers(graph, Kind.REF);
    UpdateOptions options = UpdateOptions.DEFAULT.withCompiled(compiled);
    Optimizer optimizer =
        adamW ? new AdamW(graph, AdamWConfig.of(0.01), options) : new Lion(graph, LION, options);
    Op train = optimizer.minimize(model.loss);
    String saved = folder.resolve("session").toString();
    float[] straight;
    try (Session session = new Session(graph)) {
      session.initialize();
      run(session, train, 3);
      session.save(saved);
      run(session, train, 3);
      straight = values(session, "first");
    }
    try (Session session = new Session(graph)) {
      session.restore(saved);
      run(session, train, 3);
      assertThat(values(session, "first")).containsExactly(straight);
      assertThat(count(session, optimizer.getOptimizerName())).isEqualTo(6);
    }
  }

  static Stream<Arguments> optimizers() {
    return Stream.of(
        Arguments.of(false, false),
        Arguments.of(true, false),
        Arguments.of(false, true),
        Arguments.of(true, true));
  }

  @Test
  void showsItsSlotsThroughTheFramework() {
    TwoLayers model = new TwoLayers(graph, Kind.REF);
    Lion lion = new Lion(graph, LION);
    lion.minimize(model.loss);
    Output<TFloat32> first = graph.operationOrThrow("first").output(0);
    Variable<TFloat32> slot = lion.getSlot(first, LionRule.MOMENTUM).orElseThrow();
    assertThat(slot.op().name()).isEqualTo("first-momentum");
    assertThat(lion.getSlot(first, "no such slot")).isEmpty();
  }

  private static void run(Session session, Op train, int updates) {
    for (int update = 0; update < updates; update++) {
      session.runner().addTarget(train).run().close();
    }
  }

  @SuppressWarnings("unchecked") // some tests pass a wrong type on purpose
  private static <V extends TType> List<GradAndVar<?>> pairs(
      Operand<?> gradient, Output<?> variable) {
    return List.of(new GradAndVar<>((Output<V>) gradient.asOutput(), (Output<V>) variable));
  }

  private static float loss(Session session, TwoLayers model) {
    try (var result = session.runner().fetch(model.loss).run()) {
      return ((TFloat32) result.get(0)).getFloat();
    }
  }

  private double count(Session session, String optimizer) {
    var count = tf.dtypes.cast(counter(optimizer + "-updates").read(tf), TFloat64.class);
    try (var result = session.runner().fetch(count).run()) {
      return ((TFloat64) result.get(0)).getDouble();
    }
  }

  /** A counter is of integers, so no {@link Weight#of} would take it for a weight. */
  private Weight<TInt64> counter(String name) {
    Output<TInt64> variable = graph.operationOrThrow(name).output(0);
    return graph.operationOrThrow(name).type().equals(RefWeight.OP)
        ? new RefWeight<>(variable, TInt64.class)
        : new ResourceWeight<>(variable, Shape.scalar(), TInt64.class);
  }

  private float[] values(Session session, String name) {
    Operand<? extends TNumber> read = Kind.read(graph, tf, name);
    try (var result = session.runner().fetch(read).run()) {
      TFloat32 tensor = (TFloat32) result.get(0);
      float[] values = new float[(int) tensor.size()];
      int[] next = {0};
      tensor.scalars().forEach(scalar -> values[next[0]++] = scalar.getFloat());
      return values;
    }
  }
}
