package org.tflion.train.shard;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.op.Op;
import org.tensorflow.proto.NodeDef;

/** A race can pass by luck, so this test reads the graph instead of running it. */
class GatherOrderTest {

  private static final String WRITE = "AssignVariableOp";

  private final Map<String, NodeDef> nodes = new LinkedHashMap<>();

  private NodeDef node(String name) {
    return requireNonNull(nodes.get(name), name);
  }

  private static String source(String input) {
    return input.replaceAll("^\\^|:\\d+$", "");
  }

  private Set<String> ancestors(String node) {
    return ancestors(node, other -> false);
  }

  /** All that a node waits for, but not what those wait for at which to end. */
  private Set<String> ancestors(String node, Predicate<NodeDef> end) {
    Set<String> seen = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(node));
    while (!open.isEmpty()) {
      for (String input : node(open.remove()).getInputList()) {
        String name = source(input);
        if (seen.add(name) && !end.test(node(name))) {
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
      read(step);
      Set<String> gathers = new HashSet<>();
      for (List<Op> own : step.built().nodes().gathers()) {
        own.forEach(gather -> gathers.add(gather.op().name()));
      }
      // One for each parameter and device at least: an order over nothing would prove nothing.
      assertThat(gathers).hasSizeGreaterThan(3 * job.model().parameters().size());
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

  private void read(ShardedStep step) {
    step.graph().toGraphDef().getNodeList().forEach(node -> nodes.put(node.getName(), node));
  }

  /** The calls of the parts' functions and of their gradients on a device, in their order. */
  private List<String> calls(int device) {
    return nodes.values().stream()
        .filter(node -> isCall(node) && node.getDevice().endsWith(":" + device))
        .map(NodeDef::getName)
        .toList();
  }

  private static boolean isCall(NodeDef node) {
    return node.getOp().equals("StatefulPartitionedCall")
        && node.getName().matches("(last-)?part(-gradient)?(_\\d+)?");
  }

  /** The reads of weights whose values go into a call and have not been through another. */
  private List<NodeDef> reads(String call) {
    return ancestors(call, GatherOrderTest::isCall).stream()
        .map(this::node)
        .filter(node -> node.getOp().equals("ReadVariableOp"))
        .filter(node -> !source(node.getInput(0)).equals("updates"))
        .toList();
  }

  /**
   * No device sends what it owns of a part before it has used the part before the last one, and
   * each sends it before it has used the last one.
   */
  @Test
  void sendsTheWeightsOfAPartWhenTheirTimeHasCome() {
    Sharded job = Sharded.gpt(Sharded.optimizer("lion", 1e-3, "off"), 1, 0).withLayers(3);
    try (ShardedStep step = job.on(2, 3)) {
      read(step);
      List<List<String>> calls = List.of(calls(0), calls(1));
      // Embedding, two halves of three layers and the last part; all but the last one back again.
      assertThat(calls.get(0)).hasSize(15).hasSameSizeAs(calls.get(1));
      for (int k = 0; k < 2; k++) {
        for (int i = 0; i < 15; i++) {
          for (NodeDef read : reads(calls.get(k).get(i))) {
            List<String> own = calls.get(read.getDevice().endsWith(":0") ? 0 : 1);
            Set<String> before = ancestors(read.getName());
            assertThat(before)
                .as(read.getName())
                .doesNotContainAnyElementsOf(own.subList(Math.max(i - 1, 0), 15));
            assertThat(before).containsAll(own.subList(0, Math.max(i - 1, 0)));
          }
        }
      }
      assertThat(reads(calls.get(0).get(3))).isNotEmpty();
      assertThat(reads(calls.get(0).get(10))).isNotEmpty();
    }
  }
}
