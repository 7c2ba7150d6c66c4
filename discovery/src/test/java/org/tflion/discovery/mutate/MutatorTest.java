package org.tflion.discovery.mutate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.tflion.discovery.Programs;
import org.tflion.discovery.abstracts.Analysis;
import org.tflion.discovery.program.Function;
import org.tflion.discovery.program.PaperProgram;
import org.tflion.discovery.program.Program;
import org.tflion.discovery.program.ProgramReader;
import org.tflion.discovery.program.Statement;

class MutatorTest {

  private static final Program ADAMW = PaperProgram.ADAMW.program();

  @Test
  void everyDescendantIsValidAndReadsBack() {
    var mutator = new Mutator(MutationConfig.DEFAULT);
    var random = new SplittableRandom(1);
    Program program = ADAMW;
    for (int i = 0; i < 2_000; i++) {
      Child child = mutator.child(program, random);
      assertThat(child.analysis().hash()).isEqualTo(Analysis.of(child.program()).hash());
      assertThat(ProgramReader.read(child.program().toString())).isEqualTo(child.program());
      program = child.program().size() > 60 ? ADAMW : child.program();
    }
  }

  @Test
  void insertionReachesEveryFunctionThatTakesNumbers() {
    var mutator = new Mutator(new MutationConfig(1, 0, 0, 0, 1000));
    var random = new SplittableRandom(2);
    Set<Function> seen = EnumSet.noneOf(Function.class);
    for (int i = 0; i < 5_000; i++) {
      Program child = mutator.child(ADAMW, random).program();
      assertThat(child.size()).isEqualTo(ADAMW.size() + 1);
      Set<Statement> old = new HashSet<>(ADAMW.statements());
      child.statements().stream()
          .filter(statement -> !old.contains(statement))
          .forEach(statement -> seen.add(statement.function()));
    }
    assertThat(seen)
        .containsExactlyInAnyOrderElementsOf(EnumSet.complementOf(EnumSet.of(Function.INVERT)));
  }

  @Test
  void deletionRemovesOneStatement() {
    var mutator = new Mutator(new MutationConfig(0, 1, 0, 0, 1000));
    Program child = mutator.child(PaperProgram.RAW.program(), new SplittableRandom(3)).program();
    assertThat(child.size()).isEqualTo(20);
  }

  @Test
  void scalingChangesOneConstantAndNothingElse() {
    var mutator = new Mutator(MutationConfig.CONSTANTS);
    var random = new SplittableRandom(4);
    Set<Integer> changed = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      Program child = mutator.child(ADAMW, random).program();
      for (int j = 0; j < child.size(); j++) {
        if (!child.statements().get(j).equals(ADAMW.statements().get(j))) {
          assertThat(child.statements().get(j).function())
              .isEqualTo(ADAMW.statements().get(j).function());
          changed.add(j);
        }
      }
    }
    // The constants of AdamW: two averages, the weight decay, the rate.
    assertThat(changed).containsExactlyInAnyOrder(1, 2, 5, 7);
  }

  @Test
  void programsAtTheLimitAreNotInsertedInto() {
    var mutator = new Mutator(new MutationConfig(1e9, 1, 1, 1, ADAMW.size()));
    var random = new SplittableRandom(5);
    for (int i = 0; i < 200; i++) {
      assertThat(mutator.child(ADAMW, random).program().size()).isLessThanOrEqualTo(ADAMW.size());
    }
  }

  @Test
  void refusesWhatCannotSucceed() {
    var constants = new Mutator(MutationConfig.CONSTANTS);
    Program none = Programs.of("update = sign(g)");
    assertThatThrownBy(() -> constants.child(none, new SplittableRandom(6)))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> new MutationConfig(Double.NaN, 1, 1, 1, 10))
        .hasMessageContaining("insert must be finite and 0 or more (got NaN)");
    assertThatThrownBy(() -> new MutationConfig(0, 0, 0, 0, 10)).hasMessageContaining("above 0");
  }
}
