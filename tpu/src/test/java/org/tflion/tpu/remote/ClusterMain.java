package org.tflion.tpu.remote;

import java.io.IOException;
import org.tensorflow.Server;
import org.tensorflow.proto.ClusterDef;
import org.tensorflow.proto.JobDef;
import org.tensorflow.proto.ServerDef;

/** A TensorFlow worker in a process of its own; it ends when its standard input does. */
final class ClusterMain {

  private ClusterMain() {}

  /** Takes the index of the task and the ports of all tasks. */
  public static void main(String[] args) throws IOException {
    JobDef.Builder job = JobDef.newBuilder().setName("worker");
    for (int i = 1; i < args.length; i++) {
      job.putTasks(i - 1, "127.0.0.1:" + args[i]);
    }
    ServerDef definition =
        ServerDef.newBuilder()
            .setCluster(ClusterDef.newBuilder().addJob(job))
            .setJobName("worker")
            .setTaskIndex(Integer.parseInt(args[0]))
            .setProtocol("grpc")
            .build();
    new Server(definition).start();
    while (System.in.read() >= 0) {
      // The parent holds the other end and never writes.
    }
    Runtime.getRuntime().halt(0); // a TensorFlow server cannot be stopped otherwise
  }
}
