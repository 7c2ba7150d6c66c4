package org.tflion.train.shard;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.tensorflow.DeviceSpec;
import org.tensorflow.DeviceSpec.DeviceType;
import org.tensorflow.Graph;
import org.tensorflow.RemoteSession;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.ClusterDef;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.JobDef;
import org.tensorflow.proto.RunOptions;
import org.tflion.Require;
import org.tflion.train.step.SessionConfig;

/**
 * The devices of a sharded step: CPU devices of this process, or one of each worker.
 *
 * <p>Workers need not know each other: the session tells each of them who the others are, and keeps
 * its variables apart from those of any other session.
 *
 * @param count number of devices; above 0
 * @param workers {@code host:port} of each, the first of which runs the session; none for this
 *     process
 * @param longest a run of the workers may take; after that a worker counts as hung
 */
record Devices(int count, List<String> workers, Duration longest) {

  /** The name under which workers know each other; a worker boots under another. */
  private static final String JOB = "worker";

  /** Bound on opening and closing a session, and on whatever has no bound of its own. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  Devices {
    workers = List.copyOf(workers);
    Require.that(count > 0, "Devices: count must be above 0", count);
    Require.that(
        workers.isEmpty() || workers.size() == count,
        "Devices: workers must be as many as devices, " + count,
        workers);
  }

  /** The devices that a config names. */
  static Devices of(ShardConfig shard) {
    return new Devices(shard.devices(), shard.workers(), Duration.ofSeconds(shard.stepSeconds()));
  }

  /** The same operations on each of the devices. */
  List<Ops> each(Ops tf) {
    List<Ops> each = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      each.add(tf.withDevice(device(k)));
    }
    return each;
  }

  /** What to call each of them. */
  List<String> names() {
    return IntStream.range(0, count)
        .mapToObj(k -> workers.isEmpty() ? "device " + k : workers.get(k))
        .toList();
  }

  private DeviceSpec device(int k) {
    DeviceSpec.Builder cpu = DeviceSpec.newBuilder().deviceType(DeviceType.CPU);
    return workers.isEmpty()
        ? cpu.deviceIndex(k).build()
        : cpu.job(JOB).replica(0).task(k).deviceIndex(0).build();
  }

  /** Bounds a run, so that a worker that hangs is found out. */
  RunOptions runOptions() {
    return workers.isEmpty()
        ? RunOptions.getDefaultInstance()
        : RunOptions.newBuilder().setTimeoutInMs(longest.toMillis()).build();
  }

  /** Opens a session of a graph; its variables have no values yet. */
  Session open(Graph graph) {
    ConfigProto.Builder config = SessionConfig.standard().toBuilder();
    if (workers.isEmpty()) {
      return new Session(graph, false, config.putDeviceCount("CPU", count).build());
    }
    JobDef.Builder job = JobDef.newBuilder().setName(JOB);
    for (int k = 0; k < count; k++) {
      job.putTasks(k, workers.get(k));
    }
    config
        .setClusterDef(ClusterDef.newBuilder().addJob(job))
        .setIsolateSessionState(true)
        .setOperationTimeoutInMs(PATIENCE.toMillis());
    return RemoteSession.open(graph, "grpc://" + workers.get(0), config.build());
  }
}
