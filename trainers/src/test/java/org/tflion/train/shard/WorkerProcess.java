package org.tflion.train.shard;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A worker in a JVM of its own. */
final class WorkerProcess implements AutoCloseable {

  private static final String READY = "ready";

  private final Process process;
  private final int port;

  private WorkerProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts one; it is there once {@link #await} returns. */
  static WorkerProcess start() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
            "-cp",
            System.getProperty("java.class.path"),
            WorkerProcess.class.getName(),
            Integer.toString(port));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    return new WorkerProcess(process, port);
  }

  WorkerProcess await() throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = lines.readLine();
    while (line != null && !line.equals(READY)) {
      line = lines.readLine();
    }
    if (line == null) {
      throw new IOException("a worker ended before it was ready");
    }
    return this;
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /** The worker itself. */
  public static void main(String[] arguments) throws InterruptedException {
    WorkerServer.start(Integer.parseInt(arguments[0]), 1);
    System.out.println(READY);
    new CountDownLatch(1).await();
  }
}
