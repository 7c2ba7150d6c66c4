package org.tflion.train.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.proto.DeviceStepStats;
import org.tensorflow.proto.NodeExecStats;
import org.tensorflow.proto.RunOptions;
import org.tensorflow.proto.TensorDescription;
import org.tflion.train.model.Parameter;

/**
 * Bytes of variables that each device reads from its own memory, as the devices report it in a
 * trace.
 *
 * @param byDevice bytes of float32 variables by the name of the device
 */
record HeldBytes(Map<String, Long> byDevice) {

  private static final int FLOAT = 4;

  static HeldBytes of(ShardedStep step) {
    RunOptions trace =
        RunOptions.newBuilder().setTraceLevel(RunOptions.TraceLevel.FULL_TRACE).build();
    Set<String> reads = new HashSet<>();
    Session.Runner runner = step.session().runner().setOptions(trace);
    for (Operand<?> read : step.reads()) {
      reads.add(read.asOutput().op().name());
      runner.addTarget(read.asOutput().op());
    }
    Map<String, Long> bytes = new HashMap<>();
    try (var run = runner.runAndFetchMetadata()) {
      for (DeviceStepStats device :
          run.getMetadata().orElseThrow().getStepStats().getDevStatsList()) {
        for (NodeExecStats node : device.getNodeStatsList()) {
          if (reads.contains(node.getNodeName())) {
            bytes.merge(
                device.getDevice(), size(node.getOutput(0).getTensorDescription()), Long::sum);
          }
        }
      }
    }
    return new HeldBytes(bytes);
  }

  private static long size(TensorDescription tensor) {
    return tensor.getShape().getDimList().stream().mapToLong(d -> d.getSize()).reduce(1, (a, b) -> a * b)
        * FLOAT;
  }

  /** AdamW with an average: weight and three slots. */
  void requireShares(Sharded job, int devices) {
    long weights = FLOAT * job.model().size();
    long whole = 4 * weights;
    assertThat(byDevice).hasSize(devices);
    assertThat(byDevice.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(whole);
    // One row more or less of every matrix, and the vectors, which are not cut.
    long slack =
        4
            * FLOAT
            * job.model().parameters().stream()
                .map(Parameter::shape)
                .mapToLong(shape -> shape.size() / shape.get(0))
                .sum();
    assertThat(byDevice.values())
        .allSatisfy(held -> assertThat(Math.abs(held - whole / devices)).isLessThan(slack));
  }
}
