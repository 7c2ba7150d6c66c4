package org.tflion.train.shard;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.op.Op;
import org.tensorflow.proto.NodeDef;

/** A race can pass by luck, so this test reads the graph instead of running it. */
class GatherOrderTest {

  private static final String WRITE = "AssignVariableOp";

  private final Map<String, NodeDef> nodes = new HashMap<>();

  private NodeDef node(String name) {
    return requireNonNull(nodes.get(name), name);
  }

  private Set<String> ancestors(String node) {
    Set<String> seen = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(node));
    while (!open.isEmpty()) {
      for (String input : node(open.remove()).getInputList()) {
        String name = input.replaceAll("^\\^|:\\d+$", "");
        if (seen.add(name)) {
          open.add(name);
        }
      }
    }
    return seen;
  }

  /** Every weight and slot, of every device, waits for every value that any device gathers. */
  @ParameterizedTest
  @CsvSource({"lion, off, 3", "lion, update, 3", "adafactor, update, 3", "lion, off, 1"})
  void writesNothingBeforeEveryDeviceHasGathered(String name, String jit, int zero) {
    Sharded job = Sharded.gpt(Sharded.optimizer(name, 1e-3, jit), 1, 0);
    try (ShardedStep step = job.on(3, zero)) {
      step.graph().toGraphDef().getNodeList().forEach(node -> nodes.put(node.getName(), node));
      Set<String> gathers = new HashSet<>();
      for (List<Op> own : step.built().nodes().gathers()) {
        own.forEach(gather -> gathers.add(gather.op().name()));
      }
      // One for each parameter and device: an order over nothing would prove nothing.
      assertThat(gathers).hasSize(3 * job.model().parameters().size());
      List<String> writes = new ArrayList<>();
      for (String node : ancestors(step.built().nodes().done().op().name())) {
        if (node(node).getOp().equals(WRITE)) {
          writes.add(node);
          assertThat(ancestors(node)).as(node).containsAll(gathers);
        }
      }
      assertThat(writes).hasSizeGreaterThan(3 * job.model().parameters().size());
    }
  }
}
