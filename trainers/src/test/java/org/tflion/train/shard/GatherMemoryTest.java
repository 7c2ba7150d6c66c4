package org.tflion.train.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.tflion.train.data.Batch;
import org.tflion.train.data.TextRows;
import org.tflion.train.model.gpt.Gpt;
import org.tflion.train.model.gpt.GptConfig;
import org.tflion.train.step.ScheduleConfig;
import org.tflion.train.step.StepConfig;

/** Where weights are nearly all there is: 8 layers, and two short rows. */
class GatherMemoryTest {

  private static final TextRows ROWS = new TextRows(2, 5);

  private static ShardedStep.Job job() {
    GptConfig shape = new GptConfig(8, 2, 64, 4, "learned", "layernorm", "gelu", true, 0, 0, 0);
    StepConfig step =
        new StepConfig(
            Sharded.optimizer("lion", 1e-3, "off"),
            new ScheduleConfig("constant", 0, 0, 0.1),
            60,
            1);
    return new ShardedStep.Job(Gpt.of(shape, 32), step, ROWS.shape(false), 3);
  }

  /**
   * Were all weights gathered at once, they alone would take more. A device has the gradients of
   * its own half, and of every part, a 24th of the weights at most, what is on its way.
   */
  @Test
  void aPassNeverHasAllWeights() {
    Batch batch = ROWS.batch(new Random(1).ints(10, 0, 32).toArray(), null);
    ShardedStep.Job job = job();
    try (ShardedStep step = new ShardedStep(job, ShardConfig.NONE.over(2), 0)) {
      step.run(batch);
      long weights = Float.BYTES * job.model().size();
      assertThat(step.traffic().peak(batch))
          .hasSize(2)
          .allSatisfy((device, bytes) -> assertThat(bytes).isLessThan(weights));
    }
  }

  /** A slice shares the buffer of what it was cut from, and a variable would keep all of it. */
  @Test
  void aFirstValueIsACopyOfItsPiece() {
    ShardedStep.Job job = job();
    try (ShardedStep step = new ShardedStep(job, ShardConfig.NONE.over(2), 0)) {
      BuiltGraph graph = BuiltGraph.of(step);
      List<String> written =
          graph.nodes().values().stream()
              .filter(node -> node.getOp().equals("AssignVariableOp"))
              .map(node -> graph.node(BuiltGraph.source(node.getInput(1))).getOp())
              .toList();
      long matrices =
          job.model().parameters().stream().filter(p -> p.shape().numDimensions() > 1).count();
      assertThat(written).doesNotContain("Slice");
      assertThat(Collections.frequency(written, "DeepCopy")).isEqualTo(2 * (int) matrices);
    }
  }
}
