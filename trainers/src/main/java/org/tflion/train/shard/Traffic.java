package org.tflion.train.shard;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.op.Op;
import org.tensorflow.proto.AllocationRecord;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.DeviceStepStats;
import org.tensorflow.proto.NodeExecStats;
import org.tensorflow.proto.NodeOutput;
import org.tensorflow.proto.RunOptions;
import org.tensorflow.proto.StepStats;
import org.tensorflow.proto.TensorDescription;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.types.TFloat32;
import org.tflion.train.data.Batch;

/** What the devices of a step report of themselves: bytes by the name of the device. */
public final class Traffic {

  /** How workers name what they received from each other in a traced run. */
  private static final String RECEIVED = "RecvTensor";

  private final Session session;
  private final RunOptions options;
  private final ShardedGraph built;

  Traffic(Session session, RunOptions options, ShardedGraph built) {
    this.session = session;
    this.options = options.toBuilder().setTraceLevel(RunOptions.TraceLevel.FULL_TRACE).build();
    this.built = built;
  }

  /** Has every device do nothing: what remains is the time that asking all of them takes. */
  public void ask() {
    Session.Runner runner = session.runner();
    built.nodes().nothing().forEach(runner::addTarget);
    runner.run().close();
  }

  /** Trains on one batch of one part; what each worker received, its rows of the batch included. */
  public Map<String, Long> received(Batch batch) {
    try (Feeds feeds = Feeds.of(built.nodes().batches(), batch, 0);
        TFloat32 most = TFloat32.scalarOf(Float.POSITIVE_INFINITY);
        Result result =
            built
                .nodes()
                .update(feeds.into(session.runner().setOptions(options)), most)
                .runAndFetchMetadata()) {
      return bytes(
          result,
          node -> node.getNodeName().equals(RECEIVED),
          output -> output.getAllocationDescription().getRequestedBytes());
    }
  }

  /**
   * Sends one batch of one part forward and backward; the most bytes that were alive at once on
   * each device of what its operations made: neither what it held before, nor what it received as
   * it arrived, nor sums of gradients that wait for the update.
   */
  public Map<String, Long> peak(Batch batch) {
    Map<String, Long> peaks = new TreeMap<>();
    try (Result result = traced(batch, built.nodes().pass())) {
      for (DeviceStepStats device : stats(result).getDevStatsList()) {
        long peak = peak(device);
        if (peak > 0) {
          peaks.put(device.getDevice(), peak);
        }
      }
    }
    return peaks;
  }

  /** Every operation says when its values came and went. */
  private static long peak(DeviceStepStats device) {
    List<AllocationRecord> records = new ArrayList<>();
    for (NodeExecStats node : device.getNodeStatsList()) {
      node.getMemoryList().forEach(memory -> records.addAll(memory.getAllocationRecordsList()));
    }
    // What goes in the same microsecond in which something comes goes first.
    records.sort(
        Comparator.comparingLong(AllocationRecord::getAllocMicros)
            .thenComparingLong(AllocationRecord::getAllocBytes));
    long now = 0;
    long peak = 0;
    for (AllocationRecord record : records) {
      now += record.getAllocBytes();
      peak = Math.max(peak, now);
    }
    return peak;
  }

  private Result traced(Batch batch, List<? extends Op> targets) {
    Session.Runner runner = session.runner().setOptions(options);
    try (Feeds feeds = Feeds.of(built.nodes().batches(), batch, 0)) {
      targets.forEach(runner::addTarget);
      return feeds.into(runner).runAndFetchMetadata();
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
      return bytes(result, node -> reads.contains(node.getNodeName()), Traffic::size);
    }
  }

  private static StepStats stats(Result result) {
    return result.getMetadata().orElseThrow().getStepStats();
  }

  private static Map<String, Long> bytes(
      Result result, Predicate<NodeExecStats> counts, ToLongFunction<TensorDescription> size) {
    Map<String, Long> bytes = new TreeMap<>();
    for (DeviceStepStats device : stats(result).getDevStatsList()) {
      for (NodeExecStats node : device.getNodeStatsList()) {
        if (counts.test(node)) {
          for (NodeOutput output : node.getOutputList()) {
            bytes.merge(
                device.getDevice(), size.applyAsLong(output.getTensorDescription()), Long::sum);
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
