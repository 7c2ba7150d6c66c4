package org.tflion.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Every example runs, prints, and does what it says. */
class ExamplesTest {

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

  @Test
  void lionSolvesTheRings() {
    // Guessing gives ln 2 = 0.69.
    assertThat(LionInAGraph.run(out)).isLessThan(0.25f);
    assertThat(printed.toString(StandardCharsets.UTF_8)).contains("step   1").contains("step 600");
  }

  @Test
  void everyOptimizerLearnsFromTheRings() {
    // Guessing gives ln 2 = 0.69.
    assertThat(AnyOptimizer.run(out))
        .hasSize(11)
        .allSatisfy((n, l) -> assertThat(l).isLessThan(0.6f));
  }

  @Test
  void bothOptimizersSolveTheRings() {
    float[] last = AdamWToLion.run(out);
    assertThat(last[0]).as("AdamW").isLessThan(0.3f);
    assertThat(last[1]).as("Lion").isLessThan(0.3f);
    assertThat(printed.toString(StandardCharsets.UTF_8)).startsWith("step    AdamW     Lion");
  }
}
