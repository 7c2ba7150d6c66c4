package org.tflion.tpu.remote;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.tflion.tpu.rpc.Limits;
import org.tflion.tpu.rpc.RpcException;

/** TensorFlow workers in processes of their own, on free ports of this machine. */
final class Cluster implements AutoCloseable {

  /** A worker takes some seconds to start, all of which the retries wait out. */
  static final Limits PATIENT =
      new Limits(Duration.ofSeconds(60), 11, Duration.ofMillis(100), 64 << 20);

  private final List<String> ports;
  private final List<Process> processes = new ArrayList<>();

  private Cluster(List<String> ports) {
    this.ports = ports;
  }

  /** Starts workers and waits until each of them answers. */
  static Cluster start(int workers, Path directory) throws IOException, InterruptedException {
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
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("worker-" + task + ".log").toFile())
              .start());
    }
    for (int task = 0; task < workers; task++) {
      try (Worker worker = Worker.open(cluster.address(task), PATIENT)) {
        worker.devices();
      } catch (RpcException | InterruptedException e) {
        cluster.close();
        throw e;
      }
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
