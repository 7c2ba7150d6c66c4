package org.tflion.train.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TFloat32;
import org.tflion.train.Configs;
import org.tflion.train.data.Batch;
import org.tflion.train.data.BatchShape;
import org.tflion.train.data.TextRows;
import org.tflion.train.model.Compute;
import org.tflion.train.model.Inputs;
import org.tflion.train.model.Parameters;
import org.tflion.train.model.gpt.Gpt;
import org.tflion.train.model.gpt.GptConfig;

class ReplicasTest {

  private static final int ROWS = 4;
  private static final int LENGTH = 6;
  private static final BatchShape SHAPE = new TextRows(ROWS, LENGTH).shape(false);

  /** The rows of either replica. */
  private static final Set<String> FIRST = Set.of("Split:output:0");

  private static final Set<String> SECOND = Set.of("Split:output:1");

  @TempDir private Path folder;

  /** The same config with so many replicas. */
  static StepConfig with(int replicas, StepConfig config) {
    return new StepConfig(
        config.optimizer(),
        config.schedule(),
        config.steps(),
        config.parts(),
        config.halved(),
        config.recomputed(),
        replicas);
  }

  private static Gpt gpt(double dropout, int width) {
    return Gpt.of(
        new GptConfig(1, 1, width, LENGTH - 1, "rope", "rmsnorm", "gelu", false, 0, dropout, 0), 5);
  }

  private static StepConfig config(String jit, int parts, int replicas) {
    // AdamW: small differences of gradients stay small, where signs would jump.
    OptimizerConfig adamw =
        new Configs.Plain("adamw", 0.01, 0.9, 0.99, 1e-3, 0.1, 1.0, jit).config();
    return with(replicas, new StepConfig(adamw, new ScheduleConfig("linear", 2, 0, 0.1), 9, parts));
  }

  private static Batch batch(int step) {
    int[] tokens = new Random(step).ints((long) ROWS * LENGTH, 0, 5).toArray();
    return new TextRows(ROWS, LENGTH).batch(tokens, null);
  }

  /** Half of everything is dropped, so replicas that drew other numbers would be far away. */
  @ParameterizedTest
  @CsvSource({"off, 1, 2, 2", "off, 1, 4, 4", "off, 2, 2, 4", "blocks, 1, 2, 2", "step, 1, 2, 2"})
  void computeWhatAsManyPartsDo(String jit, int parts, int replicas, int alone) {
    Gpt model = gpt(0.5, 16);
    try (TrainStep beside = new TrainStep(model, config(jit, parts, replicas), SHAPE, 1);
        TrainStep after = new TrainStep(model, config(jit, alone, 1), SHAPE, 1)) {
      for (int step = 0; step < 4; step++) {
        Step.Report expected = after.run(batch(step));
        Step.Report got = beside.run(batch(step));
        // Some hundred float32 roundings of numbers of order 1.
        assertThat(got.loss()).isCloseTo(expected.loss(), within(1e-5));
        assertThat(got.gradientNorm()).isCloseTo(expected.gradientNorm(), within(1e-5));
        assertThat(beside.evaluate(batch(9)).loss().value())
            .isCloseTo(after.evaluate(batch(9)).loss().value(), within(1e-5));
      }
      beside.save(folder.resolve("beside"));
      after.save(folder.resolve("after"));
      for (var parameter : model.parameters()) {
        String name = "weights/" + parameter.name();
        assertThat(new Bundle(folder.resolve("beside")).numbers(name))
            .as(name)
            .containsExactly(new Bundle(folder.resolve("after")).numbers(name), within(1e-5));
      }
    }
  }

  /** Every product of two matrices waits for the rows of one replica, and for those alone. */
  @Test
  void waitForEachOtherNowhereBeforeTheSums() {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Gpt model = gpt(0.5, 16);
      Map<String, Operand<TFloat32>> values = new LinkedHashMap<>();
      for (var parameter : model.parameters()) {
        var place = Placeholder.shape(parameter.shape());
        values.put(parameter.name(), tf.placeholder(TFloat32.class, place));
      }
      Inputs rows =
          new Inputs(
              Map.of("tokens", tf.constant(new int[ROWS][LENGTH])), tf.constant(new long[] {1, 2}));
      new LossFunction(model, false, Compute.PLAIN, new Replicas(2))
          .gradients(tf, new Parameters<>(values), rows);
      Map<String, NodeDef> nodes = new HashMap<>();
      graph.toGraphDef().getLibrary().getFunctionList().stream()
          .filter(function -> function.getSignature().getName().startsWith("forward_backward"))
          .flatMap(function -> function.getNodeDefList().stream())
          .forEach(node -> nodes.put(node.getName(), node));
      Map<Set<String>, Integer> products = new HashMap<>();
      for (NodeDef node : nodes.values()) {
        if (node.getOp().contains("MatMul")) {
          products.merge(replicas(nodes, node), 1, Integer::sum);
        }
      }
      assertThat(products).containsOnlyKeys(FIRST, SECOND);
      assertThat(products.get(FIRST)).isEqualTo(products.get(SECOND));
    }
  }

  /** Whose rows a node waits for, directly or not. */
  private static Set<String> replicas(Map<String, NodeDef> nodes, NodeDef node) {
    Set<String> found = new TreeSet<>();
    Set<String> seen = new HashSet<>();
    Deque<NodeDef> open = new ArrayDeque<>(List.of(node));
    while (!open.isEmpty()) {
      for (String input : open.remove().getInputList()) {
        String name = input.replaceAll("^\\^|:.*$", "");
        if (name.equals("Split")) {
          found.add(input);
        } else if (nodes.containsKey(name) && seen.add(name)) {
          open.add(nodes.get(name));
        }
      }
    }
    return found;
  }

  @Test
  void areChosenWhereTheyPayAndTheRowsAreIndependent() {
    Gpt small = gpt(0, 4);
    assertThat(Replicas.fitting(new Affine(), Affine.SHAPE)).isEqualTo(Replicas.ONE);
    assertThat(Replicas.fitting(small, new TextRows(3, LENGTH).shape(false)))
        .isEqualTo(Replicas.ONE);
    assertThat(Replicas.fitting(gpt(0, 1024), SHAPE)).isEqualTo(Replicas.ONE);
    boolean two = Runtime.getRuntime().availableProcessors() == 2;
    assertThat(Replicas.fitting(small, SHAPE).count()).isEqualTo(two ? 2 : 1);
    assertThat(config("step", 1, 0).replicas(small, SHAPE)).isEqualTo(Replicas.ONE);
    assertThat(config("step", 1, 4).replicas(small, SHAPE).count()).isEqualTo(4);
    assertThat(config("off", 1, 0).uncompiled().replicas(small, SHAPE)).isEqualTo(Replicas.ONE);
  }

  @Test
  void haveEquallyManyRows() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TrainStep(gpt(0, 4), config("off", 2, 4), SHAPE, 1))
        .withMessage("StepConfig: replicas must be a divisor of the rows of a part, 2 (got 4)");
  }
}
