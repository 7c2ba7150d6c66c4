package org.tflion.train.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TFloat32;
import org.tflion.train.model.Parameter;
import org.tflion.train.shard.Partition.Part;
import org.tflion.train.step.Step;

/** An axis {@code data}: blocks of devices that keep copies of all weights. */
class BlocksTest {

  private static final int STEPS = 50;
  private static final double PROMISED = 1e-5;

  @ParameterizedTest
  @CsvSource({
    "lion, update, data=2",
    "lion, off, 'data=2,fsdp=2'",
    "adamw, blocks, 'data=3,fsdp=2'",
    "adamw, off, 'data=2,tensor=2'",
    "adafactor, update, 'data=2,fsdp=2'",
    "adafactor, off, 'data=2,fsdp=3,tensor=2'"
  })
  void computeWhatOneDeviceComputes(String name, String jit, String mesh) {
    double rate = name.equals("lion") ? 1e-3 : 1e-2;
    Sharded job = Sharded.gpt(Sharded.optimizer(name, rate, jit), 1, 0);
    try (Step alone = job.alone(1);
        Step sharded = job.on(ShardConfig.NONE.over(mesh))) {
      job.requireSameLosses(alone, sharded, STEPS, PROMISED);
    }
  }

  /** A bfloat16 wire rounds once more between blocks; the bound is that of one block. */
  @ParameterizedTest
  @ValueSource(strings = {"data=2,fsdp=2", "data=4"})
  void staysWithinTheBoundOfARoundedWire(String mesh) {
    Sharded job = Sharded.gpt(Sharded.optimizer("lion", 1e-3, "off"), 1, 0);
    try (Step alone = job.alone(1);
        Step sharded = job.on(ShardConfig.NONE.over(mesh).withWire("bfloat16"))) {
      job.requireSameLosses(alone, sharded, STEPS, 0.005);
    }
  }

  @Test
  void passesReadNothingOfAnotherBlock() {
    Sharded job = Sharded.gpt(Sharded.optimizer("lion", 1e-3, "off"), 1, 0);
    try (ShardedStep step = job.on(ShardConfig.NONE.over("data=2,fsdp=2"))) {
      BuiltGraph graph = BuiltGraph.of(step);
      for (int device = 0; device < 4; device++) {
        int block = device / 2;
        assertThat(graph.calls(device)).isNotEmpty();
        for (String call : graph.calls(device)) {
          assertThat(graph.reads(call))
              .as(call)
              .isNotEmpty()
              .allMatch(read -> BuiltGraph.device(variable(graph, read)) / 2 == block);
        }
      }
    }
  }

  private static NodeDef variable(BuiltGraph graph, NodeDef read) {
    return graph.node(BuiltGraph.source(read.getInput(0)));
  }

  /** Both devices of a block add up what they made, and one of them sends the sum on. */
  @Test
  void blocksSendEachSumOnce() {
    Sharded job = Sharded.gpt(Sharded.optimizer("lion", 1e-3, "off"), 1, 0);
    try (ShardedStep step = job.on(ShardConfig.NONE.over("data=2,fsdp=2"))) {
      BuiltGraph graph = BuiltGraph.of(step);
      int sums = 0;
      for (NodeDef node : graph.nodes().values()) {
        if (!node.getOp().equals("AddN") || !isVectorOfFloats(step, node)) {
          continue;
        }
        List<NodeDef> crossing =
            node.getInputList().stream()
                .map(input -> graph.node(BuiltGraph.source(input)))
                .filter(other -> BuiltGraph.device(other) / 2 != BuiltGraph.device(node) / 2)
                .toList();
        if (!crossing.isEmpty()) {
          assertThat(crossing).as(node.getName()).hasSize(1);
          assertThat(crossing.get(0).getOp()).isEqualTo("AddN");
          sums++;
        }
      }
      // One for each device that owns something of the embedding, two halves, and the last part.
      assertThat(sums).isBetween(8, 16);
    }
  }

  @Test
  void everyBlockKeepsAllWeightsAmongItsDevices() {
    Sharded job = Sharded.gpt(Sharded.optimizer("lion", 1e-3, "off"), 1, 0);
    try (ShardedStep step = job.on(ShardConfig.NONE.over("data=2,fsdp=2"))) {
      long[] copied = new long[4];
      for (NodeDef node : BuiltGraph.of(step).nodes().values()) {
        if (node.getOp().equals("VarHandleOp") && node.getName().matches(".*-copy(_\\d+)?")) {
          long size = 1;
          for (var dim : node.getAttrOrThrow("shape").getShape().getDimList()) {
            size *= dim.getSize();
          }
          copied[BuiltGraph.device(node)] += size;
        }
      }
      assertThat(copied[0] + copied[1]).isEqualTo(job.model().size());
      assertThat(copied[2] + copied[3]).isEqualTo(job.model().size());
      // Rows of 10 and vectors of up to 40 that one of them has whole.
      assertThat(Math.abs(copied[0] - copied[1])).isLessThan(200);
    }
  }

  private static boolean isVectorOfFloats(ShardedStep step, NodeDef node) {
    Output<?> output = step.graph().operation(node.getName()).output(0);
    return output.type() == TFloat32.class && output.shape().numDimensions() == 1;
  }

  @ParameterizedTest
  @CsvSource({"4, 2", "6, 3", "6, 2", "8, 8"})
  void neighboursOwnTogetherWhatABlockHas(int devices, int copies) {
    List<Parameter> parameters =
        List.of(
            Parameter.weight("long", Shape.of(23, 5), 1, "in", "out"),
            Parameter.weight("wide", Shape.of(2, 64), 1, "in", "out"),
            Parameter.gain("vector", 32, "out"));
    Partition joined = Partition.of(parameters, devices).joined(copies);
    assertThat(joined.devices()).isEqualTo(devices / copies);
    for (Parameter parameter : parameters) {
      long next = 0;
      long size = 0;
      for (Part part : joined.parts(parameter.name())) {
        assertThat(part.owner()).isLessThan(joined.devices());
        assertThat(part.piece().map(piece -> piece.start()).orElse(0L)).isEqualTo(next);
        next += part.piece().map(piece -> piece.length()).orElse(0L);
        size += part.shape().size();
      }
      assertThat(size).isEqualTo(parameter.shape().size());
    }
  }

  @Test
  void refusesWhatMeansNothing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ShardConfig.NONE.over("fsdp=2,data=2"))
        .withMessage(
            "shard.mesh must have its axes in the order of [data, fsdp, tensor] (got"
                + " fsdp=2,data=2)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ShardConfig.NONE.withZero(1).over("data=2,fsdp=2"))
        .withMessage("shard.zero must be 3 with an axis data or tensor in shard.mesh (got 1)");
  }
}
