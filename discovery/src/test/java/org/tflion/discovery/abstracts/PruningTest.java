package org.tflion.discovery.abstracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.tflion.discovery.Programs;
import org.tflion.discovery.interpret.Arithmetic;
import org.tflion.discovery.interpret.Interpreter;
import org.tflion.discovery.interpret.Leaves;
import org.tflion.discovery.mutate.MutationConfig;
import org.tflion.discovery.mutate.Mutator;
import org.tflion.discovery.program.PaperProgram;
import org.tflion.discovery.program.Program;

class PruningTest {

  /** Whatever evolution makes, its shorter forms run, hash alike and update alike. */
  @Test
  void shorterFormsOfRandomProgramsComputeTheSame() {
    var mutator = new Mutator(MutationConfig.DEFAULT);
    var random = new SplittableRandom(11);
    Program program = PaperProgram.DISCOVERED.program();
    int shorter = 0;
    for (int i = 0; i < 4_000; i++) {
      program = mutator.child(program, random).program();
      program = program.size() > 50 ? PaperProgram.REGULARISED.program() : program;
      Program redundant = Pruning.withoutRedundant(program);
      Program dead = Pruning.withoutDead(program);
      long hash = Analysis.of(program).hash();
      assertThat(Analysis.of(redundant).hash()).isEqualTo(hash);
      assertThat(Analysis.of(dead).hash()).as("%s%n%s", program, dead).isEqualTo(hash);
      shorter += dead.size() < redundant.size() ? 1 : 0;
      double[] updates = updates(program);
      assertThat(updates(redundant)).containsExactly(updates);
      assertThat(updates(dead)).as("%s%n%s", program, dead).containsExactly(updates);
    }
    assertThat(shorter).isPositive();
  }

  @Test
  void scalarsThatAreCalledLikeAStateForAWhileAreRenamed() {
    Program program =
        Programs.of("m = global_norm(g)", "m_1 = g * m", "update = m_1 * m", "m = cosh(update)");
    assertThat(Pruning.withoutDead(program))
        .isEqualTo(Programs.of("m_1_ = global_norm(g)", "m_1 = g * m_1_", "update = m_1 * m_1_"));
  }

  /** Three steps on changing gradients. */
  private static double[] updates(Program program) {
    var run = new Interpreter<>(program, Leaves.of(3, 2), Arithmetic.FLOAT64);
    double[] updates = new double[15];
    var random = new SplittableRandom(12);
    for (int i = 0; i < updates.length; i++) {
      run.gradient()[i % 5] = random.nextDouble(-1, 1);
      if (i % 5 == 4) {
        run.step(0.5);
        System.arraycopy(run.update(), 0, updates, i - 4, 5);
      }
    }
    return updates;
  }
}
