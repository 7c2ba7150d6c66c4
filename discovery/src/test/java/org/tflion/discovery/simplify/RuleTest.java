package org.tflion.discovery.simplify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.tflion.discovery.Programs;
import org.tflion.discovery.abstracts.Analysis;
import org.tflion.discovery.interpret.Arithmetic;
import org.tflion.discovery.interpret.Interpreter;
import org.tflion.discovery.interpret.Leaves;
import org.tflion.discovery.mutate.MutationConfig;
import org.tflion.discovery.mutate.Mutator;
import org.tflion.discovery.program.PaperProgram;
import org.tflion.discovery.program.Program;

class RuleTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "FOLD_CONSTANTS; a = cos(0.0)|b = a + 2.0|update = g * b; update = g * 3.0",
        "DROP_NEUTRAL; a = g * 1.0|update = a + w; update = g + w",
        "DROP_NEUTRAL; a = interp(g, m, 0.0)|update = a + w; update = g + w",
        "SQUARES; a = m * m|update = sqrt(a)|m = m + g; update = abs(m)|m = m + g",
        "SIGN; a = abs(g)|b = g * lr|update = b / a; update = sign(g)|update = update * lr",
        "SIGN_OF_ODD; a = arcsin(g)|update = sign(a); update = sign(g)",
        "MERGE_AVERAGES; a = interp(g, v, 0.5)|v = interp(g, a, 0.5)|update = a + v;"
            + " t1 = interp(g, v, 0.5)|t2 = interp(g, v, 0.25)|update = t1 + t2",
        "FACTOR_OUT; k = lr * 2.0|a = g * k|b = w * k|update = a + b;"
            + " update = g + w|t1 = lr * 2.0|update = update * t1",
      })
  void rewritesWhatItNames(Rule rule, String before, String after) {
    Program expected = Programs.of(after.split("\\|", -1));
    Program program = rule.apply(Programs.of(before.split("\\|", -1))).orElseThrow();
    if (rule == Rule.MERGE_AVERAGES) {
      assertThat(program.toString()).contains("0.25");
    } else {
      assertThat(program).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @EnumSource(Rule.class)
  void leavesLionAlone(Rule rule) {
    Program lion = PaperProgram.LION.program();
    // Only the weight decay of one is neutral.
    assertThat(rule.apply(lion).isPresent()).isEqualTo(rule == Rule.DROP_NEUTRAL);
  }

  @ParameterizedTest
  @EnumSource(PaperProgram.class)
  void writingTheGraphOfAProgramKeepsItsHash(PaperProgram paper) {
    Program program = paper.program();
    Program written = Writer.write(Graph.of(program));
    assertThat(Analysis.of(written).hash()).isEqualTo(Analysis.of(program).hash());
  }

  /** Random programs through the graph and back compute the same, whatever reads old states. */
  @Test
  void writingRandomGraphsKeepsTheirUpdates() {
    var mutator = new Mutator(MutationConfig.DEFAULT);
    var random = new SplittableRandom(1);
    Program program = PaperProgram.RAW.program();
    for (int i = 0; i < 1_000; i++) {
      program = mutator.child(program, random).program();
      program = program.size() > 40 ? PaperProgram.ADABELIEF.program() : program;
      assertSameUpdates(program, Writer.write(Graph.of(program)));
    }
  }

  @Test
  void statesThatSwapAreWrittenThroughCopies() {
    Program swap = Programs.of("a = m + g", "m = v * 2.0", "v = a - 1.0", "update = m - v");
    assertSameUpdates(swap, Writer.write(Graph.of(swap)));
    Program shared = Programs.of("update = m + g", "m = m + g", "v = m + g");
    assertSameUpdates(shared, Writer.write(Graph.of(shared)));
  }

  @Test
  void statesThatReadEachOtherAreWrittenThroughCopies() {
    Program through =
        Programs.of("update = m - v", "a = v * 2.0", "b = m - g", "m = a * 1.0", "v = b * 1.0");
    Program written = Rule.DROP_NEUTRAL.apply(through).orElseThrow();
    assertSameUpdates(through, written);
    assertThat(written.size()).isEqualTo(5);
  }

  @Test
  void statesAreWrittenInTheOrderThatNeedsNoCopies() {
    Program program = Programs.of("update = m - v", "v = v + m", "m = m + g");
    assertThat(Writer.write(Graph.of(program))).isEqualTo(program);
  }

  private static void assertSameUpdates(Program expected, Program actual) {
    var first = new Interpreter<>(expected, Leaves.of(3, 2), Arithmetic.FLOAT64);
    var second = new Interpreter<>(actual, Leaves.of(3, 2), Arithmetic.FLOAT64);
    var random = new SplittableRandom(2);
    for (int step = 0; step < 3; step++) {
      for (int i = 0; i < 5; i++) {
        first.gradient()[i] = random.nextDouble(-1, 1);
        second.gradient()[i] = first.gradient()[i];
      }
      first.step(0.5);
      second.step(0.5);
      // The same operations on the same numbers: equal to the last bit.
      assertThat(second.update())
          .as("%s%n%s", expected, actual)
          .containsExactly(first.update(), within(0.0));
    }
  }
}
