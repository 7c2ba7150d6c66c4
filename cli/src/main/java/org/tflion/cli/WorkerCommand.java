package org.tflion.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.tflion.Require;
import org.tflion.train.shard.WorkerServer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tflion worker}. */
@Command(
    name = "worker",
    description = {
      "Lends this machine to runs that are started with train --workers, until it is killed.",
      "",
      "Whoever reaches the port can run any program as this user: the connection is neither",
      "encrypted nor authenticated, and TensorFlow listens on all interfaces of the machine,",
      "whatever --listen says. Keep it behind a firewall, WireGuard or a network namespace.",
      ""
    })
final class WorkerCommand implements Callable<Integer> {

  private static final int MOST = 65_535;

  @Spec private CommandSpec spec;
  @Mixin HelpOption help;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      required = true,
      description = "The address by which runs and other workers reach this one.")
  private String listen;

  @Option(
      names = "--insecure-network",
      description = "Allow a HOST that is not this machine's loopback; see above.")
  private boolean insecure;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads for its work; by default as many as there are cores.")
  private int threads;

  @Option(
      names = "--with-parent",
      description = {
        "End when standard input does, which is when the process that started this one has ended,",
        "and not by SIGTERM, SIGINT or SIGHUP: those reach the run, which needs its workers to save."
      })
  private boolean withParent;

  @Override
  public Integer call() {
    int colon = listen.lastIndexOf(':');
    Require.that(
        listen.matches("\\S+:\\d{1,5}"),
        "--listen must be HOST:PORT, such as 127.0.0.1:7001",
        listen);
    int port = Integer.parseInt(listen.substring(colon + 1));
    Require.that(port > 0 && port <= MOST, "--listen must have a port from 1 to " + MOST, port);
    Require.that(threads >= 0, "--threads must be 0 (all cores) or more", threads);
    boolean local = isLoopback(listen.substring(0, colon));
    Require.that(
        local || insecure,
        "--listen must be a loopback address unless --insecure-network is given: the worker's"
            + " connections are neither encrypted nor authenticated, and whoever reaches the port"
            + " can run any program as this user",
        listen);
    WorkerServer.start(port, threads);
    PrintWriter err = spec.commandLine().getErr();
    err.println(
        "warning: port "
            + port
            + " is open on all interfaces of this machine, unencrypted and without authentication;"
            + " keep others out with a firewall, WireGuard or a network namespace");
    spec.commandLine().getOut().println("worker ready at " + listen);
    return withParent ? untilInputEnds() : forever();
  }

  private static int untilInputEnds() {
    for (String name : List.of("TERM", "INT", "HUP")) {
      Signals.handle(name, () -> {});
    }
    try {
      System.in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // It cannot be read, so it has ended.
    }
    return 0;
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(
          "--listen must have a host that this machine knows (got " + host + ")", e);
    }
  }

  /** TensorFlow's server cannot be closed: it ends with the process. */
  private static int forever() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }
}
