package org.tflion.tpu.pjrt;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

class ProgramTest {

  /** What lies behind memory of just the code's size may be anything. */
  @Test
  void endsInAZeroOfItsOwn() {
    try (Arena arena = Arena.ofConfined()) {
      byte[] code = {'x', 'y'};
      assertThat(new Program(Program.MLIR, code).terminated(arena).toArray(JAVA_BYTE))
          .containsExactly('x', 'y', 0);
    }
  }

  @Test
  void refusesNoCode() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Program(Program.HLO, new byte[0]))
        .withMessage("Program: the code must not be empty (got 0)");
  }
}
