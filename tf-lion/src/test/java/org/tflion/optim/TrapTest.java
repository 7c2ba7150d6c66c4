package org.tflion.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/** Wrong answers that other implementations are known to give. */
class TrapTest {

  static Stream<Trial.Setting> settings() {
    return Trial.Setting.all().stream().filter(setting -> setting.kind() == Kind.RESOURCE);
  }

  private static Trial<?> lion(Trial.Setting setting, Shape shape, double... start) {
    LionConfig config = LionConfig.of(0.25);
    return new Trial<>(
        setting,
        shape,
        start,
        UpdateOptions.DEFAULT,
        (graph, options) -> new Lion(graph, config, options));
  }

  /** Some take copysign for sign, and move by the rate where nothing is to be done. */
  @ParameterizedTest
  @MethodSource("settings")
  void zeroOfEitherSignMovesNothing(Trial.Setting setting) {
    try (Trial<?> trial = lion(setting, Shape.of(4), 1, -1, 0.0, -0.0)) {
      trial.step(new double[] {0.0, -0.0, -0.0, 0.0});
      trial.step(new double[] {-0.0, -0.0, 0.0, 0.0});
      assertThat(trial.value("w")).containsExactly(new double[] {1, -1, 0, 0}, within(0.0));
      assertThat(trial.value("w-momentum")).containsExactly(new double[4], within(0.0));
    }
  }

  /** A sign of NaN that is 0 hides it: the weight freezes and the momentum is lost for good. */
  @ParameterizedTest
  @MethodSource("settings")
  void withoutAGuardNanIsNotHidden(Trial.Setting setting) {
    try (Trial<?> trial = lion(setting, Shape.of(3), 1, 1, 1)) {
      trial.step(new double[] {Double.NaN, Double.POSITIVE_INFINITY, 1});
      assertThat(trial.value("w")).containsExactly(Double.NaN, 0.75, 0.75);
      assertThat(trial.value("w-momentum")[0]).isNaN();
      assertThat(trial.value("w-momentum")[1]).isInfinite();
    }
  }

  /**
   * A gradient under 1e-38 in float32: XLA takes it for zero, TensorFlow's own kernels may not. The
   * weight moves by the rate or stays, and nothing is NaN.
   */
  @ParameterizedTest
  @MethodSource("settings")
  void subnormalsMoveAWeightByTheRateOrNotAtAll(Trial.Setting setting) {
    try (Trial<?> trial = lion(setting, Shape.of(2), 1, 1)) {
      trial.step(new double[] {1e-40, -1e-40});
      double[] w = trial.value("w");
      assertThat(w[0]).isIn(1.0, 0.75);
      assertThat(w[1]).isIn(1.0, 1.25);
    }
  }

  static Stream<Arguments> shapes() {
    return Stream.of(ContractTest.Subject.values())
        .flatMap(s -> Stream.of(Shape.scalar(), Shape.of(0, 3)).map(x -> Arguments.of(s, x)));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void takesScalarsAndEmptyTensors(ContractTest.Subject subject, Shape shape) {
    int size = (int) shape.size();
    double[] ones = new double[size];
    Arrays.fill(ones, 1);
    for (boolean compiled : new boolean[] {false, true}) {
      Trial.Setting setting = new Trial.Setting(Kind.RESOURCE, TFloat32.class, compiled);
      try (Trial<?> trial =
          new Trial<>(setting, shape, ones, UpdateOptions.DEFAULT.withClipNorm(1), subject.make)) {
        trial.step(ones);
        trial.step(ones);
        double[] w = trial.value("w");
        assertThat(w).hasSize(size);
        assertThat(Arrays.stream(w)).allMatch(x -> x < 1 && x > 0);
      }
    }
  }

  /** Straight on is the same as save, restore in a new session, and on. */
  @ParameterizedTest
  @EnumSource(ContractTest.Subject.class)
  void continuesExactlyFromWhatWasSaved(ContractTest.Subject subject, @TempDir Path folder) {
    Shape shape = Shape.of(2, 3);
    double[] start = {1, -1, 0.5, 2, -2, 0.25};
    Trial.Setting setting = new Trial.Setting(Kind.REF, TFloat32.class, false);
    UpdateOptions options = UpdateOptions.DEFAULT.withAverage(0.9).withAccumulated(2);
    try (Trial<?> straight = new Trial<>(setting, shape, start, options, subject.make);
        Trial<?> stopped = new Trial<>(setting, shape, start, options, subject.make)) {
      for (int update = 0; update < 10; update++) {
        double[] g = new double[6];
        for (int i = 0; i < 6; i++) {
          g[i] = Math.sin(1 + i + 2.3 * update);
        }
        straight.step(g);
        stopped.step(g);
        if (update == 4) {
          stopped.restart(folder.resolve("saved").toString());
        }
      }
      for (String name : straight.variables().keySet()) {
        if (name.startsWith("w")) {
          assertThat(stopped.any(name)).as(name).containsExactly(straight.any(name));
        }
      }
    }
  }
}
