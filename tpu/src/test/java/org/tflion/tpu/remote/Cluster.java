package org.tflion.tpu.remote;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** TensorFlow workers in processes of their own, on free ports of this machine. */
final class Cluster implements AutoCloseable {

  private final List<String> ports;
  private final List<Process> processes = new ArrayList<>();

  private Cluster(List<String> ports) {
    this.ports = ports;
  }

  static Cluster start(int workers, Path directory) throws IOException {
    Cluster cluster = new Cluster(freePorts(workers));
    for (int task = 0; task < workers; task++) {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-Xmx256m", "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0", "-cp"));
      command.add(System.getProperty("java.class.path"));
      command.add(ClusterMain.class.getName());
      command.add(String.valueOf(task));
      command.addAll(cluster.ports);
      cluster.processes.add(
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("worker-" + task + ".log").toFile())
              .start());
    }
    return cluster;
  }

  private static List<String> freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return sockets.stream().map(socket -> String.valueOf(socket.getLocalPort())).toList();
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }

  String address(int task) {
    return "127.0.0.1:" + ports.get(task);
  }

  /** Ends a worker and waits until it is gone. */
  void kill(int task) {
    processes.get(task).destroyForcibly().onExit().orTimeout(20, TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    for (int task = 0; task < processes.size(); task++) {
      kill(task);
    }
  }
}
