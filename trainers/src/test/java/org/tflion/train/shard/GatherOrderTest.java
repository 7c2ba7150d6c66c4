package org.tflion.train.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.op.Op;
import org.tensorflow.proto.NodeDef;

/** A race can pass by luck, so this test reads the graph instead of running it. */
class GatherOrderTest {

  private static final String WRITE = "AssignVariableOp";

  /** Every weight and slot, of every device, waits for every value that any device gathers. */
  @ParameterizedTest
  @CsvSource({"lion, off, 3", "lion, update, 3", "adafactor, update, 3", "lion, off, 1"})
  void writesNothingBeforeEveryDeviceHasGathered(String name, String jit, int zero) {
    requireOrder(name, jit, ShardConfig.NONE.over(3).withZero(zero));
  }

  /** Copies of blocks are written no earlier either. */
  @Test
  void writesNoCopyBeforeEveryDeviceHasGathered() {
    requireOrder("lion", "off", ShardConfig.NONE.over("data=2,fsdp=2"));
  }

  private static void requireOrder(String name, String jit, ShardConfig shard) {
    Sharded job = Sharded.gpt(Sharded.optimizer(name, 1e-3, jit), 1, 0);
    try (ShardedStep step = job.on(shard)) {
      BuiltGraph graph = BuiltGraph.of(step);
      Set<String> gathers = new HashSet<>();
      for (List<Op> own : step.built().nodes().gathers()) {
        own.forEach(gather -> gathers.add(gather.op().name()));
      }
      // One for each parameter and device at least: an order over nothing would prove nothing.
      assertThat(gathers).hasSizeGreaterThan(3 * job.model().parameters().size());
      List<String> writes = new ArrayList<>();
      for (String node : graph.ancestors(step.built().nodes().done().op().name())) {
        if (graph.node(node).getOp().equals(WRITE)) {
          writes.add(node);
          assertThat(graph.ancestors(node)).as(node).containsAll(gathers);
        }
      }
      assertThat(writes).hasSizeGreaterThan(3 * job.model().parameters().size());
    }
  }

  /**
   * No device sends what it owns of a part before it has used the part before the last one, and
   * each sends it before it has used the last one.
   */
  @Test
  void sendsTheWeightsOfAPartWhenTheirTimeHasCome() {
    Sharded job = Sharded.gpt(Sharded.optimizer("lion", 1e-3, "off"), 1, 0).withLayers(3);
    try (ShardedStep step = job.on(2, 3)) {
      BuiltGraph graph = BuiltGraph.of(step);
      List<List<String>> calls = List.of(graph.calls(0), graph.calls(1));
      // Embedding, two halves of three layers and the last part; all but the last one back again.
      assertThat(calls.get(0)).hasSize(15).hasSameSizeAs(calls.get(1));
      for (int k = 0; k < 2; k++) {
        for (int i = 0; i < 15; i++) {
          for (NodeDef read : graph.reads(calls.get(k).get(i))) {
            List<String> own = calls.get(read.getDevice().endsWith(":0") ? 0 : 1);
            Set<String> before = graph.ancestors(read.getName());
            assertThat(before)
                .as(read.getName())
                .doesNotContainAnyElementsOf(own.subList(Math.max(i - 1, 0), 15));
            assertThat(before).containsAll(own.subList(0, Math.max(i - 1, 0)));
          }
        }
      }
      assertThat(graph.reads(calls.get(0).get(3))).isNotEmpty();
      assertThat(graph.reads(calls.get(0).get(10))).isNotEmpty();
    }
  }
}
