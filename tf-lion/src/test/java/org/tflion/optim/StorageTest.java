package org.tflion.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tflion.schedule.Schedule;

/** State that is kept smaller than it is computed with. */
class StorageTest {

  static Stream<Trial.Setting> settings() {
    return Trial.Setting.all().stream().filter(setting -> !setting.isDouble());
  }

  @ParameterizedTest
  @MethodSource("settings")
  void bfloat16MomentumFollowsTheReference(Trial.Setting setting) {
    GoldenVectors.Case golden = GoldenVectors.named("lion_bf16_f32math");
    LionConfig config =
        LionConfig.of(golden.hyper("lr"))
            .withBetas(golden.hyper("beta1"), golden.hyper("beta2"))
            .withWeightDecay(golden.hyper("weight_decay"))
            .withMomentum(Storage.BFLOAT16);
    try (Trial<?> trial =
        new Trial<>(
            setting,
            golden.shape(),
            golden.parameters(),
            UpdateOptions.DEFAULT,
            (graph, options) -> new Lion(graph, config, options))) {
      assertThat(trial.variables()).containsEntry("w-momentum", "DT_BFLOAT16");
      for (int step = 0; step < golden.steps(); step++) {
        trial.step(golden.gradient(step));
        // Five updates of a few roundings of 6e-8; the momentum itself to the last of its 8 bits.
        assertThat(trial.value("w")).containsExactly(golden.expected(step, "params"), within(1e-6));
        assertThat(trial.bfloat16("w-momentum")).containsExactly(golden.expected(step, "m"));
      }
    }
  }

  @Test
  void eightBitMomentumTrainsAsFarAsAnExactOne() {
    assertThat(distance(Storage.BLOCK8)).isLessThan(2 * distance(Storage.EXACT) + 1e-3);
  }

  /** Mean distance from the bottom of a bowl after 200 updates with noise. */
  private static double distance(Storage storage) {
    Shape shape = Shape.of(50, 100);
    int size = (int) shape.size();
    Random random = new Random(1);
    double[] target = random.doubles(size, -1, 1).toArray();
    LionConfig config = LionConfig.of(Schedule.linear(0.05, 0, 200)).withMomentum(storage);
    Trial.Setting setting = new Trial.Setting(Kind.RESOURCE, TFloat32.class, true);
    try (Trial<?> trial =
        new Trial<>(
            setting,
            shape,
            new double[size],
            UpdateOptions.DEFAULT,
            (graph, options) -> new Lion(graph, config, options))) {
      for (int update = 0; update < 200; update++) {
        double[] w = trial.value("w");
        double[] g = new double[size];
        for (int i = 0; i < size; i++) {
          g[i] = w[i] - target[i] + 0.1 * random.nextGaussian();
        }
        trial.step(g);
      }
      double[] w = trial.value("w");
      double sum = 0;
      for (int i = 0; i < size; i++) {
        sum += Math.abs(w[i] - target[i]);
      }
      return sum / size;
    }
  }

  static Stream<Arguments> roundTrips() {
    return Stream.of(Kind.values())
        .flatMap(
            kind ->
                Stream.of(Shape.of(64, 64), Shape.of(4099), Shape.of(5, 7, 200))
                    .map(shape -> Arguments.of(kind, shape)));
  }

  @ParameterizedTest
  @MethodSource("roundTrips")
  void eightBitsKeepValuesToTheirBoundAndZerosExactly(Kind kind, Shape shape) {
    int size = (int) shape.size();
    Random random = new Random(2);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = i % 7 == 0 || i < 300 ? 0 : (float) (random.nextGaussian() / (1 + i / 256));
    }
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      var made = kind.make(tf, "w", tf.withInitScope().constant(1f));
      Weight<TFloat32> stored = stored(tf, made, shape);
      var write = stored.assign(tf, tf.reshape(tf.constant(values), tf.constant(shape.asArray())));
      session.initialize();
      session.runner().addTarget(write).run().close();
      try (var result = session.runner().fetch(stored.read(tf)).run()) {
        TFloat32 kept = (TFloat32) result.get(0);
        assertThat(kept.shape()).isEqualTo(shape);
        int[] next = {0};
        kept.scalars().forEach(scalar -> check(values, next[0]++, scalar.getFloat()));
      }
    }
  }

  @SuppressWarnings("unchecked") // a variable of floats has slots of floats
  private static Weight<TFloat32> stored(Ops tf, Output<?> made, Shape shape) {
    return (Weight<TFloat32>) Storage.BLOCK8.beside(tf, Weight.of(made), "slot", shape);
  }

  private static void check(float[] values, int i, float kept) {
    float scale = 0;
    int first = i / 256 * 256;
    for (int j = first; j < Math.min(first + 256, values.length); j++) {
      scale = Math.max(scale, Math.abs(values[j]));
    }
    double x = Math.abs(values[i]);
    // Half a code in the root, 1 / 254, is this far in the value; and float32 rounding.
    double bound = (2 * Math.sqrt(x * scale) / 254 + scale / 254.0 / 254) * (1 + 1e-5);
    assertThat((double) kept).isCloseTo(values[i], within(bound));
    if (values[i] == 0) {
      assertThat(kept).isZero();
    }
  }

  /** About 1.02 bytes a value, and exact state for small weights. */
  @ParameterizedTest
  @CsvSource({
    "EXACT, 1024, 4194304",
    "BFLOAT16, 1024, 2097152",
    "BLOCK8, 1024, 1064960",
    "BLOCK8, 63, 15876",
    "BLOCK8, 64, 4160"
  })
  void takesAsManyBytesAsItSays(Storage storage, long side, long bytes) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      var made = Kind.RESOURCE.make(tf, "w", tf.withInitScope().constant(1f));
      Weight<?> slot = storage.beside(tf, Weight.of(made), "slot", Shape.of(side, side));
      assertThat(slot.bytes()).isEqualTo(bytes);
    }
  }

  /** Adafactor's state is truly sublinear; the reference lists the elements of every optimizer. */
  @Test
  void ownsAsManyElementsAsTheReferenceCounts() {
    GoldenVectors.Case golden = GoldenVectors.named("optimizer_slot_elements");
    List<Rule> rules =
        List.of(
            new SgdMomentumRule(SgdMomentumConfig.of(1)),
            new LionRule(LionConfig.of(1)),
            new SignumRule(SignumConfig.of(1)),
            new AdamWRule(AdamWConfig.of(1)),
            new NAdamRule(NAdamConfig.of(1)),
            new RAdamRule(RAdamConfig.of(1)),
            new AdaBeliefRule(AdaBeliefConfig.of(1)),
            new AmsGradRule(AmsGradConfig.of(1)),
            new AdafactorRule(AdafactorConfig.optax(Schedule.constant(1))));
    List<String> names =
        List.of(
            "sgdm",
            "lion",
            "signum",
            "adamw",
            "nadam",
            "radam",
            "adabelief",
            "amsgrad",
            "adafactor");
    for (int step = 0; step < golden.steps(); step++) {
      double[] sizes = golden.expected(step, "shape");
      long[] shape = Arrays.stream(sizes).mapToLong(size -> (long) size).toArray();
      for (int i = 0; i < rules.size(); i++) {
        long elements =
            rules.get(i).slots(Shape.of(shape)).stream()
                .mapToLong(slot -> slot.shape().size())
                .sum();
        assertThat(elements)
            .as("%s of %s", names.get(i), Shape.of(shape))
            .isEqualTo(golden.step(step).get(names.get(i)).asLong());
      }
    }
  }

  @Test
  void keepsDoublesInDoubles() {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      var made = Kind.REF.make(tf, "w", tf.withInitScope().constant(1.0));
      assertThat(Storage.EXACT.beside(tf, Weight.of(made), "slot", Shape.of(3)).type())
          .isEqualTo(TFloat64.class);
    }
  }
}
