package org.tflion.discovery.interpret;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tflion.discovery.program.Function;

class SingleMapsTest {

  private static final int RANDOM = 200_000;

  static Stream<Function> functions() {
    return Arrays.stream(Function.values()).filter(f -> SingleMaps.of(f) != null);
  }

  /** Floats of all sizes, of all bits, around the seams of the series, and the special ones. */
  private static float[] arguments(Function function) {
    var random = new SplittableRandom(function.name().hashCode());
    float[] x = new float[4 * RANDOM];
    for (int i = 0; i < RANDOM; i++) {
      x[4 * i] = Float.intBitsToFloat(random.nextInt());
      x[4 * i + 1] = (float) random.nextGaussian();
      x[4 * i + 2] = (float) random.nextDouble(-110, 110);
      x[4 * i + 3] = (float) (Math.pow(10, random.nextDouble(-9, 0)) * (1 - 2 * random.nextInt(2)));
    }
    float[] special = {
      0,
      -0f,
      1,
      -1,
      2,
      -2,
      0.35f,
      -0.35f,
      0.172f,
      (float) Math.sqrt(0.5),
      (float) Math.sqrt(2),
      Float.MIN_VALUE,
      Float.MAX_VALUE,
      -Float.MAX_VALUE,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.NaN
    };
    System.arraycopy(special, 0, x, 0, special.length);
    return x;
  }

  /** Two roundings of a float, 2 ulp, where the double-precision library is rounded once. */
  @ParameterizedTest
  @MethodSource("functions")
  void followsTheDoublePrecisionLibrary(Function function) {
    float[] x = arguments(function);
    float[] out = new float[x.length];
    Objects.requireNonNull(SingleMaps.of(function)).run(x, out);
    DoubleUnaryOperator reference = Scalars.of(function);
    for (int i = 0; i < x.length; i++) {
      float expected = (float) reference.applyAsDouble(x[i]);
      float tolerance = Float.isFinite(expected) ? 2 * Math.ulp(expected) : 0;
      boolean near = Math.abs(out[i] - expected) <= tolerance;
      assertThat(near || Float.compare(out[i], expected) == 0)
          .as("%s(%s): %s, not %s", function.text(), x[i], out[i], expected)
          .isTrue();
    }
  }
}
