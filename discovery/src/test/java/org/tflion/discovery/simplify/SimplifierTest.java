package org.tflion.discovery.simplify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.tflion.discovery.Programs;
import org.tflion.discovery.program.Function;
import org.tflion.discovery.program.PaperProgram;
import org.tflion.discovery.program.Program;
import org.tflion.discovery.program.ProgramReader;
import org.tflion.discovery.program.Statement;
import org.tflion.discovery.task.Quadratic;
import org.tflion.discovery.task.Task;

class SimplifierTest {

  private static final Task TASK = Quadratic.task(20, 300);

  @Test
  void reachesTheSignFormFromTheRawProgram() {
    // The printed rate is for long training; this one reaches the floor of the bowl.
    String text = PaperProgram.RAW.text().replace("0.0002171761734643951", "0.02");
    Program raw = ProgramReader.read(text);
    double tolerance = 0.01 * Math.abs(TASK.fitness(raw));
    Path path = new Simplifier(TASK, tolerance).simplify(raw);
    assertThat(functions(path.last().program()))
        .contains(Function.SIGN)
        .doesNotContain(Function.SQRT, Function.SQUARE, Function.DIVIDE, Function.COSH);
    assertThat(path.last().program().size()).isLessThanOrEqualTo(8);
    double best = path.steps().stream().mapToDouble(Step::fitness).max().orElseThrow();
    assertThat(path.last().fitness()).isGreaterThanOrEqualTo(best - tolerance);
    assertThat(path.steps().get(1).program().size()).isEqualTo(12);
    assertThat(path.steps().get(1).fitness()).isEqualTo(path.steps().get(0).fitness());
    assertThat(path.toString())
        .contains("as found: 21 statements", "drop redundant statements: 12");
  }

  @Test
  void keepsWhatMatters() {
    Program needed =
        Programs.of(
            "m = interp(g, m, 0.9)", "update = sign(m)", "lr = lr * 0.05", "update = update * lr");
    Path path = new Simplifier(TASK, 1e-9).simplify(needed);
    assertThat(functions(path.last().program())).contains(Function.SIGN, Function.MULTIPLY);
    assertThat(path.last().fitness()).isGreaterThanOrEqualTo(TASK.fitness(needed) - 1e-9);
  }

  /** Where each statement is worth one, a tolerance of one costs one statement in all. */
  @Test
  void smallLossesDoNotAddUp() {
    Task sizes =
        new Task() {
          @Override
          public String name() {
            return "sizes";
          }

          @Override
          public double fitness(Program program) {
            return program.size();
          }

          @Override
          public double heldOut(Program program) {
            return fitness(program);
          }
        };
    Program program = Programs.of("a = sin(g)", "b = cos(a)", "c = tan(b)", "update = exp(c)");
    assertThat(new Simplifier(sizes, 0.5).simplify(program).last().program().size()).isEqualTo(4);
    assertThat(new Simplifier(sizes, 1).simplify(program).last().program().size()).isEqualTo(3);
  }

  @Test
  void refusesProgramsThatDoNotTrain() {
    Program diverges = Programs.of("update = g * -1000000.0");
    assertThatThrownBy(() -> new Simplifier(TASK, 0.1).simplify(diverges))
        .hasMessageContaining("must train on quadratic-20");
    assertThatThrownBy(() -> new Simplifier(TASK, Double.NaN)).hasMessageContaining("tolerance");
  }

  private static Set<Function> functions(Program program) {
    List<Function> all = program.statements().stream().map(Statement::function).toList();
    return EnumSet.copyOf(all);
  }
}
