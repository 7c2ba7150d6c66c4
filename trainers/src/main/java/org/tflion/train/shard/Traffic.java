package org.tflion.train.shard;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.DeviceStepStats;
import org.tensorflow.proto.NodeExecStats;
import org.tensorflow.proto.NodeOutput;
import org.tensorflow.proto.RunMetadata;
import org.tensorflow.proto.TensorDescription;
import org.tensorflow.proto.TensorShapeProto;

/** What devices report of a run: bytes by the name of the device. */
record Traffic(RunMetadata run) {

  private static final String RECEIVE = "_Recv(";

  /** What each device received from others. */
  Map<String, Long> received() {
    return bytes(node -> node.getTimelineLabel().contains(RECEIVE));
  }

  /** What each device put out by some operations. */
  Map<String, Long> made(Set<String> operations) {
    return bytes(node -> operations.contains(node.getNodeName()));
  }

  private Map<String, Long> bytes(Predicate<NodeExecStats> counts) {
    Map<String, Long> bytes = new TreeMap<>();
    for (DeviceStepStats device : run.getStepStats().getDevStatsList()) {
      for (NodeExecStats node : device.getNodeStatsList()) {
        if (counts.test(node)) {
          for (NodeOutput output : node.getOutputList()) {
            bytes.merge(device.getDevice(), size(output.getTensorDescription()), Long::sum);
          }
        }
      }
    }
    return bytes;
  }

  private static long size(TensorDescription tensor) {
    long count = 1;
    for (TensorShapeProto.Dim dim : tensor.getShape().getDimList()) {
      count *= dim.getSize();
    }
    return count * size(tensor.getDtype());
  }

  private static long size(DataType type) {
    return switch (type) {
      case DT_INT64, DT_DOUBLE -> Long.BYTES;
      case DT_BFLOAT16, DT_HALF -> Short.BYTES;
      case DT_BOOL, DT_UINT8, DT_INT8 -> Byte.BYTES;
      default -> Integer.BYTES;
    };
  }
}
