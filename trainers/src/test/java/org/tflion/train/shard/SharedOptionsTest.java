package org.tflion.train.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tflion.train.Configs;
import org.tflion.train.step.Step;

/** What all devices decide together. */
class SharedOptionsTest {

  private static final double PROMISED = 1e-5;

  /** Parts on three devices are three times as many on one, with the same numbers of dropout. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void dropoutAndPartsAreThoseOfAsManyParts(int parts) {
    Sharded job = Sharded.gpt(Sharded.optimizer("adamw", 1e-2, "off"), parts, 0.2);
    try (Step alone = job.alone(3 * parts);
        Step sharded = job.on(3, 3)) {
      List<Double> expected = job.losses(alone, 10);
      List<Double> losses = job.losses(sharded, 10);
      for (int i = 0; i <= 10; i++) {
        assertThat(losses.get(i)).as("step " + i).isCloseTo(expected.get(i), within(PROMISED));
      }
    }
  }

  @Test
  void theGuardStopsEveryPiece() {
    Sharded job = Sharded.gpt(Sharded.optimizer("adafactor", 1e-2, "off"), 1, 0);
    try (Step step = job.on(3, 1)) {
      step.run(job.batch(0));
      double before = step.evaluate(job.batch(1)).loss().value();
      assertThat(step.run(job.batch(0), 0.1).updated()).isFalse();
      assertThat(step.evaluate(job.batch(1)).loss().value()).isEqualTo(before);
      assertThat(step.run(job.batch(0), 100).updated()).isTrue();
      assertThat(step.evaluate(job.batch(1)).loss().value()).isNotEqualTo(before);
    }
  }

  /** The norm of all pieces together, before clipping. */
  @Test
  void theNormIsThatOfAllPieces() {
    Sharded job = Sharded.gpt(Sharded.optimizer("lion", 1e-3, "update"), 1, 0);
    try (Step alone = job.alone(1);
        Step sharded = job.on(4, 3)) {
      assertThat(sharded.run(job.batch(0)).gradientNorm())
          .isCloseTo(alone.run(job.batch(0)).gradientNorm(), within(PROMISED));
      assertThat(sharded.firstNotFinite(job.batch(0))).isEmpty();
    }
  }

  /** A rate that leaves no number in the range of float32 after two updates. */
  @Test
  void namesTheFirstThatIsNotFinite() {
    Sharded job = Sharded.gpt(Sharded.optimizer("lion", 1e30, "off"), 2, 0);
    try (Step step = job.on(2, 3)) {
      assertThat(step.firstNotFinite(job.batch(0))).isEmpty();
      step.run(job.batch(0));
      step.run(job.batch(1));
      assertThat(step.firstNotFinite(job.batch(0))).contains("loss");
    }
  }

  @Test
  void refusesWhatCannotBeCut() {
    Sharded blocks =
        Sharded.gpt(Configs.stored(Sharded.optimizer("lion", 1e-3, "off"), "block8"), 1, 0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> blocks.on(3, 3))
        .withMessageStartingWith("optimizer.storage must be exact or bfloat16 with shard.mesh");
    Sharded uneven = Sharded.gpt(Sharded.optimizer("lion", 1e-3, "off"), 5, 0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> uneven.on(3, 3))
        .withMessage("train.batch must be a multiple of the 3 devices times the 5 parts (got 12)");
  }
}
