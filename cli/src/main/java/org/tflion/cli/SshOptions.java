package org.tflion.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;
import org.tflion.cli.launch.Placement;
import org.tflion.cli.launch.RemoteWorkers;
import picocli.CommandLine.Option;

/** Machines of one's own on which a launch starts workers. */
final class SshOptions {

  @Option(
      names = "--ssh",
      paramLabel = "[USER@]HOST[:PORT]",
      split = ",",
      description = {
        "Start a worker on each of these machines by ssh, which must not ask for a password. All",
        "must see the run's folder under one path. Needs --insecure-network."
      })
  private List<String> hosts = new ArrayList<>();

  @Option(
      names = "--insecure-network",
      description = {
        "Allow workers that listen to a network: their connections are neither encrypted nor",
        "authenticated, and whoever reaches a port can run any program as their user."
      })
  private boolean insecure;

  @Option(
      names = "--tflion",
      paramLabel = "FILE",
      description = "Where tflion is on those machines; by default where it is on this one.")
  private @Nullable String program;

  /** Whether there are any. */
  boolean given() {
    return !hosts.isEmpty();
  }

  /** Refuses options that mean nothing without machines. */
  void checkUnused() {
    Require.that(program == null, "--tflion must come with --ssh", String.valueOf(program));
    Require.that(!insecure, "--insecure-network must come with --ssh", insecure);
  }

  /** Where the workers run. */
  List<Placement> place(int port, int threads) {
    RemoteWorkers workers = new RemoteWorkers(hosts, port, threads, program());
    Require.that(
        insecure,
        "--ssh must come with --insecure-network: the workers' connections are neither encrypted"
            + " nor authenticated, and whoever reaches a port can run any program as their user",
        hosts);
    return workers.place();
  }

  private String program() {
    String home = System.getProperty("tflion.home");
    return program != null ? program : home == null ? "tflion" : home + "/tflion";
  }
}
