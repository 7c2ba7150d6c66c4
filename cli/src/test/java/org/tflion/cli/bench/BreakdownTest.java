package org.tflion.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.DeviceStepStats;
import org.tensorflow.proto.NodeExecStats;
import org.tensorflow.proto.RunMetadata;
import org.tensorflow.proto.StepStats;

class BreakdownTest {

  private static RunMetadata step(String node, String kind, long micros) {
    NodeExecStats record =
        NodeExecStats.newBuilder()
            .setNodeName(node)
            .setTimelineLabel(node + " = " + kind + "(x, y)")
            .setOpEndRelMicros(micros)
            .build();
    return RunMetadata.newBuilder()
        .setStepStats(
            StepStats.newBuilder().addDevStats(DeviceStepStats.newBuilder().addNodeStats(record)))
        .build();
  }

  @ParameterizedTest
  @CsvSource({
    "blocks/MatMul_3, _MklMatMul, matrix_products",
    "gradients/product/gradient/BatchMatMul, _MklBatchMatMul, matrix_products",
    "gradients/attention/gradient/BatchMatMul, _MklBatchMatMul, attention",
    "attention/Slice_2, Slice, attention",
    "attention/Softmax, _MklSoftmax, attention",
    "gradients/attention/gradient/softmax-gradient, PartitionedCall, attention",
    "norm_4/norm, PartitionedCall, norms",
    "activation, StatefulPartitionedCall, activation",
    "loss, StatefulPartitionedCall, loss",
    "Lion-update, StatefulPartitionedCall, update",
    "forward-backward, StatefulPartitionedCall, whole_step",
    "Gather, GatherV2, other"
  })
  void everyOperationBelongsToThePartThatItWorksFor(String node, String kind, String part) {
    Breakdown breakdown = new Breakdown();
    breakdown.add(step(node, kind, 3_000));
    assertThat(breakdown.milliseconds()).containsEntry(part, 3.0);
  }

  @Test
  void theShortestOfSeveralStepsCounts() {
    Breakdown breakdown = new Breakdown();
    breakdown.add(step("MatMul", "MatMul", 3_000));
    breakdown.add(step("MatMul", "MatMul", 2_000));
    breakdown.add(step("MatMul", "MatMul", 4_000));
    assertThat(breakdown.milliseconds()).containsEntry("matrix_products", 2.0);
  }

  @Test
  void operationsOfAFunctionCountInEveryCallAndTheCallsThemselvesDoNot() {
    RunMetadata block = step("product/MatMul", "_MklMatMul", 3_000);
    RunMetadata calls =
        step("forward-backward", "StatefulPartitionedCall", 9_000).toBuilder()
            .mergeFrom(step("recomputed", "StatefulPartitionedCall", 7_000))
            .mergeFrom(step("gradients/recomputed-mark/gradient", "recomputed_gradient_N", 7_000))
            .build();
    RunMetadata whole = block.toBuilder().mergeFrom(block).mergeFrom(calls).build();
    Breakdown breakdown = new Breakdown();
    breakdown.add(whole);
    breakdown.add(whole);
    assertThat(breakdown.milliseconds())
        .containsEntry("matrix_products", 6.0)
        .containsEntry("other", 0.0)
        .doesNotContainKey("whole_step");
  }
}
