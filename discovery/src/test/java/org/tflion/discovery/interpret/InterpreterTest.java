package org.tflion.discovery.interpret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tflion.discovery.Golden;
import org.tflion.discovery.Programs;
import org.tflion.discovery.abstracts.Pruning;
import org.tflion.discovery.program.Function;
import org.tflion.discovery.program.PaperProgram;
import org.tflion.discovery.program.Program;
import tools.jackson.databind.JsonNode;

class InterpreterTest {

  private static final Leaves LEAVES = Leaves.of(6, 3);

  /** Four steps of a few roundings of 1e-16, on values up to 10, through quotients near zero. */
  private static final double TOLERANCE = 2e-12;

  static List<JsonNode> cases() {
    return Golden.cases();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void followsTheReferenceRuns(JsonNode golden) {
    follow(golden, Golden.program(golden).program());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void prunedProgramsFollowTheReferenceRuns(JsonNode golden) {
    follow(golden, Pruning.withoutRedundant(Golden.program(golden).program()));
  }

  private static void follow(JsonNode golden, Program program) {
    var run = new Interpreter<>(program, LEAVES, Arithmetic.FLOAT64);
    copy(Golden.numbers(golden.get("inputs").get("params")), run.weights());
    double[] schedule = Golden.numbers(golden.get("hyper").get("lr_schedule_values"));
    for (int step = 0; step < schedule.length; step++) {
      copy(Golden.numbers(golden.get("inputs").get("grads").get(step)), run.gradient());
      run.step(schedule[step]);
      JsonNode expected = golden.get("steps").get(step);
      assertNear(run.update(), expected.get("update"), TOLERANCE);
      assertNear(run.weights(), expected.get("params"), TOLERANCE);
      assertNear(run.m(), expected.get("m"), TOLERANCE);
      assertNear(run.v(), expected.get("v"), TOLERANCE);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void singlePrecisionFollowsToSinglePrecision(JsonNode golden) {
    var run = new Interpreter<>(Golden.program(golden).program(), LEAVES, Arithmetic.FLOAT32);
    double[] weights = Golden.numbers(golden.get("inputs").get("params"));
    for (int i = 0; i < weights.length; i++) {
      run.weights()[i] = (float) weights[i];
    }
    double[] schedule = Golden.numbers(golden.get("hyper").get("lr_schedule_values"));
    for (int step = 0; step < schedule.length; step++) {
      double[] gradient = Golden.numbers(golden.get("inputs").get("grads").get(step));
      for (int i = 0; i < gradient.length; i++) {
        run.gradient()[i] = (float) gradient[i];
      }
      run.step(schedule[step]);
    }
    double[] expected = Golden.numbers(golden.get("steps").get(3).get("params"));
    for (int i = 0; i < expected.length; i++) {
      // 2e-6: some 60 roundings of 6e-8 relative on weights of order 1, a few of them in a row.
      assertThat((double) run.weights()[i]).isCloseTo(expected[i], within(2e-6));
    }
  }

  /** The whole library on one number, against values from other formulas. */
  @ParameterizedTest
  @CsvSource({
    "abs(g), 0.5",
    "cos(g), 0.8775825618903728",
    "sin(g), -0.479425538604203",
    "tan(g), -0.5463024898437905",
    "arcsin(g), -0.5235987755982989",
    "arccos(g), 2.0943951023931957",
    "arctan(g), -0.4636476090008061",
    "sinh(g), -0.5210953054937474",
    "cosh(g), 1.1276259652063807",
    "tanh(g), -0.46211715726000973",
    "arcsinh(g), -0.48121182505960347",
    "arccosh(w), 1.3169578969248166",
    "arctanh(g), -0.5493061443340548",
    "exp(g), 0.6065306597126334",
    "exp2(w), 4",
    "exp10(w), 100",
    "expm1(g), -0.3934693402873666",
    "log(g), -0.6931471805599453",
    "log10(g), -0.3010299956639812",
    "log2(g), -1",
    "log1p(g), -0.6931471805599453",
    "square(g), 0.25",
    "sqrt(g), 0.7071067811865476",
    "cube(g), -0.125",
    "cbrt(g), -0.7937005259840998",
    "sign(g), -1",
    "reciprocal(g), -2",
    "negative(g), 0.5",
    "norm(g), 0.5",
    "global_norm(g), 0.5",
    "g + w, 1.5",
    "g - w, -2.5",
    "g * w, -1",
    "w / 0.0, 200000000",
    "g / 0.5, -0.99999998",
    "'max(g, w)', 2",
    "'min(g, w)', -0.5",
    "'power(lr, lr)', 0.696845301935949",
    "'dot(g, w)', -1",
    "'cosine_sim(g, w)', -1",
    "'clip(w, lr)', 0.3",
    "'clip(g, 7.0)', -0.5",
    "'interp(g, w, 0.25)', 0.125",
    "get_pi(), 3.141592653589793",
    "get_e(), 2.718281828459045",
    "get_eps(), 1e-8"
  })
  void computesEveryFunction(String call, double expected) {
    // lr is 0.3; the product with a tree of ones spreads scalar results over the update.
    var program = Programs.of("x = " + call, "one = w / w", "one = sign(one)", "update = x * one");
    var run = new Interpreter<>(program, Leaves.of(1), Arithmetic.FLOAT64);
    run.weights()[0] = 2;
    run.gradient()[0] = -0.5;
    run.step(0.3);
    assertThat(run.update()[0]).isCloseTo(expected, within(1e-15 + 1e-14 * Math.abs(expected)));
  }

  /** Each loop of the one precision against that of the other, over nine different numbers. */
  @ParameterizedTest
  @EnumSource(
      value = Function.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"GET_PI", "GET_E", "GET_EPS", "INVERT", "POWER"})
  void bothPrecisionsAgree(Function function) {
    String call =
        function.isOperator()
            ? "g " + function.text() + " w"
            : function.text() + List.of("(g)", "(g, w)", "(g, w, lr)").get(function.arity() - 1);
    String valid = function == Function.CLIP ? "clip(g, lr)" : call;
    Program program = Programs.of("x = " + valid, "update = w * x");
    var single = new Interpreter<>(program, LEAVES, Arithmetic.FLOAT32);
    var wide = new Interpreter<>(program, LEAVES, Arithmetic.FLOAT64);
    var random = new SplittableRandom(function.name().hashCode());
    // Where the inverse of cosh is a number; the others take it too.
    double least = function == Function.ARCCOSH ? 1.1 : function == Function.DIVIDE ? 0.2 : -0.9;
    for (int i = 0; i < LEAVES.size(); i++) {
      single.weights()[i] = (float) random.nextDouble(0.2, 2);
      wide.weights()[i] = single.weights()[i];
      single.gradient()[i] = (float) random.nextDouble(least, least + 1.8);
      wide.gradient()[i] = single.gradient()[i];
    }
    single.step(0.3);
    wide.step(0.3);
    for (int i = 0; i < LEAVES.size(); i++) {
      double expected = wide.update()[i];
      // 1e-6: three roundings of 6e-8, and 3e-8 of the rate, through slopes of at most five.
      assertThat((double) single.update()[i])
          .isCloseTo(expected, within(1e-6 * (1 + Math.abs(expected))));
    }
  }

  @Test
  void normIsPerLeafAndGlobalNormOverAll() {
    var program = Programs.of("n = norm(g)", "update = w * n", "t = global_norm(g)", "m = w * t");
    var run = new Interpreter<>(program, Leaves.of(2, 1), Arithmetic.FLOAT64);
    copy(new double[] {1, 1, 1}, run.weights());
    copy(new double[] {3, 4, 12}, run.gradient());
    run.step(1);
    assertThat(run.update()).containsExactly(5, 5, 12);
    assertThat(run.m()).containsExactly(13, 13, 13);
    run.reset();
    assertThat(run.m()).containsExactly(0, 0, 0);
  }

  /** The weights of an average are rounded once each: 1 - 0.9 is 0.1f, not 0.100000024f. */
  @Test
  void constantsOfAveragesKeepTheirDoublePrecision() {
    var run =
        new Interpreter<>(
            Programs.of("update = interp(g, m, 0.9)"), Leaves.of(1), Arithmetic.FLOAT32);
    run.gradient()[0] = 1;
    run.step(1);
    assertThat(run.update()).containsExactly(0.1f);
  }

  @Test
  void clippingAZeroTreeLeavesItZero() {
    var program = Programs.of("update = clip(g, lr)");
    var run = new Interpreter<>(program, Leaves.of(2), Arithmetic.FLOAT32);
    run.step(1);
    assertThat(run.update()).containsExactly(0, 0);
  }

  @Test
  void stepsAllocateNothing() {
    var run = new Interpreter<>(PaperProgram.RAW.program(), Leaves.of(500, 20), Arithmetic.FLOAT32);
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    steps(run, 20_000); // Long enough for the compiler to remove what only the interpreter boxes.
    long before = threads.getCurrentThreadAllocatedBytes();
    steps(run, 1_000);
    // One array of 520 numbers a step would be 2 MB.
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(100_000);
  }

  private static void steps(Interpreter<float[]> run, int steps) {
    for (int i = 0; i < steps; i++) {
      run.step(0.5);
    }
  }

  private static void copy(double[] from, double[] to) {
    assertThat(from).hasSameSizeAs(to);
    System.arraycopy(from, 0, to, 0, to.length);
  }

  private static void assertNear(double[] actual, JsonNode expected, double tolerance) {
    assertThat(actual).containsExactly(Golden.numbers(expected), within(tolerance));
  }
}
