package org.tflion.train.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tflion.train.step.Step;

class ShardedStepTest {

  private static final int STEPS = 50;
  private static final int FEW = 10;

  /** The bound that a sharded run promises, in nats; its sums differ in their order alone. */
  private static final double PROMISED = 1e-5;

  @ParameterizedTest
  @CsvSource({
    "lion, off, 1, 3",
    "lion, off, 2, 3",
    "lion, update, 3, 3",
    "lion, off, 4, 1",
    "adamw, off, 2, 1",
    "adamw, off, 3, 3",
    "adamw, update, 4, 3",
    "adafactor, off, 2, 1",
    "adafactor, off, 3, 3",
    "adafactor, update, 4, 3"
  })
  void computesWhatOneDeviceComputes(String name, String jit, int devices, int zero) {
    double rate = name.equals("lion") ? 1e-3 : 1e-2;
    Sharded job = Sharded.gpt(Sharded.optimizer(name, rate, jit), 1, 0);
    try (Step alone = job.alone(1);
        Step sharded = job.on(devices, zero)) {
      List<Double> expected = job.losses(alone, STEPS);
      List<Double> losses = job.losses(sharded, STEPS);
      for (int i = 0; i <= STEPS; i++) {
        assertThat(losses.get(i)).as("step " + i).isCloseTo(expected.get(i), within(PROMISED));
      }
      // The same batch as the first, seven rounds later.
      assertThat(losses.get(STEPS - 1)).isLessThan(losses.get(0));
    }
  }

  /** A small model is gathered, computed and reduced at once: with dropout, in parts, clipped. */
  @ParameterizedTest
  @CsvSource({"lion, 2, 3", "adafactor, 3, 3", "adamw, 2, 1"})
  void computesTheSameAtOnce(String name, int devices, int zero) {
    Sharded job = Sharded.gpt(Sharded.optimizer(name, 1e-3, "off"), 2, 0.1);
    ShardConfig shard = ShardConfig.NONE.over(devices).withZero(zero);
    try (Step alone = job.alone(2 * devices);
        ShardedStep sharded = job.atOnce(shard)) {
      assertThat(parts(sharded)).isEqualTo(devices);
      job.requireSameLosses(alone, sharded, FEW, PROMISED);
    }
  }

  /** Calls of functions that train. */
  private static long parts(ShardedStep step) {
    return step.graph().toGraphDef().getNodeList().stream()
        .filter(node -> node.getOp().equals("StatefulPartitionedCall"))
        .filter(node -> node.getName().matches("(last-)?part(-gradient)?(_\\d+)?"))
        .count();
  }

  /**
   * Blocks and parts compiled by XLA, parts computed anew, products of bfloat16. The last are
   * rounded once on each device, where one device rounds once for all rows.
   */
  @ParameterizedTest
  @CsvSource({
    "blocks, false, false, 1e-5",
    "blocks, false, true, 1e-5",
    "step, false, false, 1e-5",
    "off, false, true, 1e-5",
    "blocks, true, true, 0.005",
    "off, true, false, 0.005"
  })
  void computesInEveryStyle(String jit, boolean halved, boolean recomputed, double promised) {
    Sharded job = Sharded.gpt(Sharded.optimizer("lion", 1e-3, jit), 1, 0).in(halved, recomputed);
    try (Step alone = job.alone(1);
        Step sharded = job.on(2, 3)) {
      job.requireSameLosses(alone, sharded, FEW, promised);
    }
  }
}
