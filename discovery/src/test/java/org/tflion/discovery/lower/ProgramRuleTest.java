package org.tflion.discovery.lower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TNumber;
import org.tflion.discovery.Golden;
import org.tflion.discovery.Programs;
import org.tflion.discovery.abstracts.Pruning;
import org.tflion.discovery.interpret.Arithmetic;
import org.tflion.discovery.interpret.Interpreter;
import org.tflion.discovery.interpret.Leaves;
import org.tflion.discovery.mutate.MutationConfig;
import org.tflion.discovery.mutate.Mutator;
import org.tflion.discovery.program.Function;
import org.tflion.discovery.program.PaperProgram;
import org.tflion.discovery.program.Program;
import org.tflion.optim.Lion;
import org.tflion.optim.LionConfig;
import org.tflion.optim.LionRule;
import org.tflion.optim.RuleOptimizer;
import org.tflion.optim.Slot;
import org.tflion.optim.UpdateOptions;
import org.tflion.schedule.Schedule;
import tools.jackson.databind.JsonNode;

class ProgramRuleTest {

  private static final Leaves LEAVES = Leaves.of(6, 3);

  @TempDir private Path dir;

  static List<JsonNode> cases() {
    return Golden.cases();
  }

  private static double[] weights(JsonNode golden) {
    return Golden.numbers(golden.get("inputs").get("params"));
  }

  private static double[] gradient(JsonNode golden, int step) {
    return Golden.numbers(golden.get("inputs").get("grads").get(step));
  }

  private static double[] rates(JsonNode golden) {
    return Golden.numbers(golden.get("hyper").get("lr_schedule_values"));
  }

  private static Schedule schedule(double[] rates) {
    long[] boundaries = LongStream.range(1, rates.length).toArray();
    return Schedule.piecewise(boundaries, rates);
  }

  private static BiFunction<Graph, UpdateOptions, RuleOptimizer> lowered(
      Program program, Schedule rate) {
    return (graph, options) -> new ProgramOptimizer(graph, ProgramRule.of(program, rate), options);
  }

  /** Every program of the paper, in double precision, against the reference vectors themselves. */
  @ParameterizedTest
  @MethodSource("cases")
  void followsTheReferenceRuns(JsonNode golden) {
    for (boolean compiled : new boolean[] {false, true}) {
      Program program = Golden.program(golden).program();
      double[] rates = rates(golden);
      try (var tree =
          new Tree<>(
              TFloat64.class, weights(golden), compiled, lowered(program, schedule(rates)))) {
        for (int step = 0; step < rates.length; step++) {
          tree.step(gradient(golden, step));
          JsonNode expected = golden.get("steps").get(step);
          // 2e-12: as for the interpreter, a few roundings of 1e-16 through quotients near zero.
          assertNear(tree.weights(), Golden.numbers(expected.get("params")), 2e-12);
          for (String state : List.of("m", "v")) {
            if (tree.hasSlot(state)) {
              assertNear(tree.slot(state), Golden.numbers(expected.get(state)), 2e-12);
            }
          }
        }
      }
    }
  }

  /** The same operations in the same order, so the same bits, with XLA and without. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void programOneIsLionBitForBit(boolean compiled) {
    JsonNode golden =
        cases().stream()
            .filter(c -> Golden.program(c) == PaperProgram.LION)
            .findFirst()
            .orElseThrow();
    Schedule rate = schedule(rates(golden));
    LionConfig config = LionConfig.of(rate).withBetas(0.9, 0.99).withWeightDecay(1);
    for (var type : List.of(TFloat32.class, TFloat64.class)) {
      try (var lion = tree(type, golden, compiled, (graph, o) -> new Lion(graph, config, o));
          var program = tree(type, golden, compiled, lowered(PaperProgram.LION.program(), rate))) {
        var random = new SplittableRandom(4);
        for (int step = 0; step < 40; step++) {
          double[] gradient = step < 4 ? gradient(golden, step) : gradient(random);
          lion.step(gradient);
          program.step(gradient);
          assertThat(program.weights()).isEqualTo(lion.weights());
          assertThat(program.slot("m")).isEqualTo(lion.slot(LionRule.MOMENTUM));
        }
      }
    }
  }

  private static Tree<?> tree(
      Class<? extends TNumber> type,
      JsonNode golden,
      boolean compiled,
      BiFunction<Graph, UpdateOptions, RuleOptimizer> optimizer) {
    return new Tree<>(type, weights(golden), compiled, optimizer);
  }

  /** Gradients of all sizes. */
  private static double[] gradient(SplittableRandom random) {
    double scale = Math.exp(2 * random.nextGaussian());
    return random.doubles(9, -scale, scale).toArray();
  }

  /** In single precision, against the interpreter in single precision. */
  @ParameterizedTest
  @EnumSource(PaperProgram.class)
  void equalsTheInterpreter(PaperProgram paper) {
    Program program = paper.program();
    double[] start = new SplittableRandom(1).doubles(9, -1, 1).toArray();
    var run = new Interpreter<>(program, LEAVES, Arithmetic.FLOAT32);
    for (int i = 0; i < start.length; i++) {
      run.weights()[i] = (float) start[i];
    }
    double[] rates = {0.25, 0.5, 1, 0.75, 0.5};
    try (var tree = new Tree<>(TFloat32.class, start, true, lowered(program, schedule(rates)))) {
      var random = new SplittableRandom(2);
      for (double rate : rates) {
        double[] gradient = random.doubles(9, -1, 1).toArray();
        for (int i = 0; i < gradient.length; i++) {
          run.gradient()[i] = (float) gradient[i];
        }
        tree.step(gradient);
        run.step(rate);
        // 1e-6: five steps of ten roundings of 6e-8 each, on weights of order 1.
        assertNear(tree.weights(), wide(run.weights()), 1e-6);
      }
    }
  }

  /** Random programs, which use every function, in double precision against the interpreter. */
  @Test
  void mutantsEqualTheInterpreter() {
    var mutator = new Mutator(new MutationConfig(1, 0, 0.5, 0.5, 30));
    var used = EnumSet.noneOf(Function.class);
    int finite = 0;
    for (int seed = 0; seed < 120; seed++) {
      var random = new SplittableRandom(seed);
      Program program = PaperProgram.ADAMW.program();
      for (int i = 0; i < 60; i++) {
        program = mutator.child(program, random).program();
      }
      Pruning.withoutDead(program).statements().forEach(s -> used.add(s.function()));
      finite += agrees(program, random) ? 1 : 0;
    }
    assertThat(finite).isGreaterThan(40);
    assertThat(used).hasSizeGreaterThan(35);
  }

  /** Two steps; whether they ended in numbers. */
  private static boolean agrees(Program program, SplittableRandom random) {
    double[] start = random.doubles(9, -1, 1).toArray();
    var run = new Interpreter<>(Pruning.withoutDead(program), LEAVES, Arithmetic.FLOAT64);
    System.arraycopy(start, 0, run.weights(), 0, 9);
    try (var tree =
        new Tree<>(TFloat64.class, start, false, lowered(program, Schedule.constant(0.5)))) {
      for (int step = 0; step < 2; step++) {
        double[] gradient = random.doubles(9, -1, 1).toArray();
        System.arraycopy(gradient, 0, run.gradient(), 0, 9);
        tree.step(gradient);
        run.step(0.5);
      }
      double[] expected = run.weights();
      double[] actual = tree.weights();
      boolean finite = true;
      for (int i = 0; i < expected.length; i++) {
        boolean number = Double.isFinite(expected[i]) && Math.abs(expected[i]) < 1e6;
        finite &= number;
        if (number) {
          // 1e-9: thirty functions in a row, some steep, each off by some 1e-16.
          double bound = 1e-9 * (1 + Math.abs(expected[i]));
          assertThat(actual[i]).as(program.toString()).isCloseTo(expected[i], within(bound));
        }
      }
      return finite;
    }
  }

  @Test
  void keepsOnlyTheStatesThatUpdatesNeed() {
    Schedule one = Schedule.constant(1);
    Shape shape = Shape.of(3);
    assertThat(ProgramRule.of(PaperProgram.LION.program(), one).slots(shape))
        .extracting(Slot::name)
        .containsExactly("m");
    assertThat(ProgramRule.of(PaperProgram.RAW.program(), one).slots(shape))
        .extracting(Slot::name)
        .containsExactly("v");
    assertThat(ProgramRule.of(Programs.of("update = sign(g)"), one).slots(shape)).isEmpty();
  }

  /** An old state is read before the new one overwrites it, though neither depends on the other. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readsStatesBeforeItWritesThem(boolean compiled) {
    Program delayed = Programs.of("update = m * 1.0", "m = g * 1.0");
    double[] zeros = new double[9];
    double[] ones = {1, 1, 1, 1, 1, 1, 1, 1, 1};
    try (var tree =
        new Tree<>(TFloat64.class, zeros, compiled, lowered(delayed, Schedule.constant(1)))) {
      tree.step(ones);
      assertThat(tree.weights()).containsOnly(0);
      tree.step(zeros);
      assertThat(tree.weights()).containsOnly(-1);
    }
  }

  @Test
  void decaysOnTopOfTheProgram() {
    Program still = Programs.of("update = g * 0.0");
    var rule = new ProgramRule(still, Schedule.constant(0.5), Schedule.constant(0.1));
    double[] start = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    try (var tree =
        new Tree<>(TFloat64.class, start, true, (g, o) -> new ProgramOptimizer(g, rule, o))) {
      tree.step(start);
      assertThat(tree.weights()[8]).isCloseTo(9 * 0.95, within(1e-15));
    }
  }

  @Test
  void readsFilesAndSaysWhatIsWrongWithThem() throws IOException {
    Schedule one = Schedule.constant(1);
    Path file = dir.resolve("p.program");
    Files.writeString(file, PaperProgram.LION.text());
    assertThat(ProgramRule.read(file, one, 0))
        .isEqualTo(ProgramRule.of(PaperProgram.LION.program(), one));
    Files.writeString(file, PaperProgram.LION.text().replace("sign", "sgin"));
    assertThatThrownBy(() -> ProgramRule.read(file, one, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("p.program: Program: line 3, column 12: there is no function 'sgin'");
    Files.writeString(
        file, "def train(w, g, m, v, lr):\n  update = g * x\n  return update, m, v\n");
    assertThatThrownBy(() -> ProgramRule.read(file, one, 0))
        .hasMessageContaining("'x' has no value");
    assertThatThrownBy(() -> ProgramRule.read(dir.resolve("none"), one, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must exist and be readable");
    assertThatThrownBy(() -> ProgramRule.read(file, one, -1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static double[] wide(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  private static void assertNear(double[] actual, double[] expected, double tolerance) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(tolerance));
    }
  }
}
