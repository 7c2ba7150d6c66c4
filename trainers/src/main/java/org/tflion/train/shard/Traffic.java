package org.tflion.train.shard;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.DeviceStepStats;
import org.tensorflow.proto.NodeExecStats;
import org.tensorflow.proto.NodeOutput;
import org.tensorflow.proto.RunOptions;
import org.tensorflow.proto.StepStats;
import org.tensorflow.proto.TensorDescription;
import org.tensorflow.proto.TensorShapeProto;
import org.tflion.train.data.Batch;

/** What the devices of a step report of themselves: bytes by the name of the device. */
public final class Traffic {

  private static final String RECEIVE = "_Recv(";

  private final Session session;
  private final RunOptions options;
  private final ShardedGraph built;

  Traffic(Session session, RunOptions options, ShardedGraph built) {
    this.session = session;
    this.options = options.toBuilder().setTraceLevel(RunOptions.TraceLevel.FULL_TRACE).build();
    this.built = built;
  }

  /** Trains on one batch of one part; what each device received from the others. */
  public Map<String, Long> received(Batch batch) {
    Session.Runner runner = session.runner().setOptions(options);
    try (Feeds feeds = Feeds.of(built.nodes().batches(), batch, 0);
        Result result = feeds.into(runner).addTarget(built.nodes().done()).runAndFetchMetadata()) {
      return bytes(result, node -> node.getTimelineLabel().contains(RECEIVE));
    }
  }

  /** What each device holds of all that a checkpoint keeps, by reading it there. */
  public Map<String, Long> held() {
    Session.Runner runner = session.runner().setOptions(options);
    Set<String> reads = new HashSet<>();
    for (int k = 0; k < built.each().size(); k++) {
      for (ShardedState.Stored stored : built.state().stored().get(k)) {
        Operand<?> read = stored.variable().read(built.each().get(k));
        reads.add(read.asOutput().op().name());
        runner.addTarget(read);
      }
    }
    try (Result result = runner.runAndFetchMetadata()) {
      return bytes(result, node -> reads.contains(node.getNodeName()));
    }
  }

  private static Map<String, Long> bytes(Result result, Predicate<NodeExecStats> counts) {
    StepStats run = result.getMetadata().orElseThrow().getStepStats();
    Map<String, Long> bytes = new TreeMap<>();
    for (DeviceStepStats device : run.getDevStatsList()) {
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
