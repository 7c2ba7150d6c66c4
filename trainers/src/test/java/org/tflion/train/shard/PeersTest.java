package org.tflion.train.shard;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tflion.train.step.Step;

/** Devices that share heads and hidden layers. */
class PeersTest {

  private static final int STEPS = 50;
  private static final double PROMISED = 1e-5;

  @ParameterizedTest
  @CsvSource({
    "lion, off, tensor=2, false",
    "lion, update, 'fsdp=2,tensor=2', true",
    "adamw, off, 'fsdp=2,tensor=2', false",
    "adamw, blocks, tensor=2, true",
    "adafactor, off, tensor=2, true",
    "adafactor, update, 'fsdp=2,tensor=2', false"
  })
  void computeWhatOneDeviceComputes(String name, String jit, String mesh, boolean gated) {
    double rate = name.equals("lion") ? 1e-3 : 1e-2;
    Sharded plain = Sharded.gpt(Sharded.optimizer(name, rate, jit), 1, 0);
    Sharded job = gated ? plain.gated() : plain;
    try (Step alone = job.alone(1);
        Step sharded = job.on(ShardConfig.NONE.over(mesh))) {
      job.requireSameLosses(alone, sharded, STEPS, PROMISED);
    }
  }

  @Test
  void mustHaveEquallyManyHeads() {
    Sharded job = Sharded.gpt(Sharded.optimizer("lion", 1e-3, "off"), 1, 0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> job.on(ShardConfig.NONE.over("tensor=3")))
        .withMessage("model.heads must be a multiple of tensor=3 (got 2)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ShardConfig.NONE.withZero(1).over("tensor=2"))
        .withMessage("shard.zero must be 3 with an axis data or tensor in shard.mesh (got 1)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ShardConfig.NONE.over("tensor=2,fsdp=2"))
        .withMessage(
            "shard.mesh must have its axes in the order of [data, fsdp, tensor] (got"
                + " tensor=2,fsdp=2)");
  }
}
