package org.tflion.train.shard;

import org.tensorflow.Server;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.ClusterDef;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.JobDef;
import org.tensorflow.proto.ServerDef;

/**
 * A worker: TensorFlow's own server, which does what sessions ask of it and knows nothing of models
 * or runs.
 *
 * <p>Its gRPC is neither encrypted nor authenticated, and it listens on all interfaces of the
 * machine, whatever host it is given. It cannot be closed: it ends with its process.
 */
public final class WorkerServer {

  /** Not the name that sessions use: a server must not be booted under that. */
  private static final String JOB = "idle";

  private WorkerServer() {}

  /**
   * Starts it.
   *
   * @param port from 1
   * @param threads for its operations; 0 for as many as there are cores
   * @throws IllegalArgumentException if the port is taken
   */
  public static void start(int port, int threads) {
    ConfigProto config =
        ConfigProto.newBuilder()
            .setIntraOpParallelismThreads(threads)
            .setInterOpParallelismThreads(threads)
            .build();
    ServerDef definition =
        ServerDef.newBuilder()
            .setCluster(
                ClusterDef.newBuilder()
                    .addJob(JobDef.newBuilder().setName(JOB).putTasks(0, "localhost:" + port)))
            .setJobName(JOB)
            .setTaskIndex(0)
            .setProtocol("grpc")
            .setDefaultSessionConfig(config)
            .build();
    try {
      new Server(definition).start();
    } catch (TensorFlowException e) {
      throw new IllegalArgumentException(
          "--listen must name a port that is free (got %d: %s)"
              .formatted(port, String.valueOf(e.getMessage()).lines().findFirst().orElse("")),
          e);
    }
  }
}
