package org.tflion.cli.launch;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.tflion.Require;

/**
 * Workers of other machines, started by ssh without a terminal and without asking for a password.
 *
 * <p>The connection is the worker's standard input: when it ends, so does the worker.
 *
 * @param hosts {@code [USER@]HOST[:PORT]} of each, by which ssh and the run reach it
 * @param port of those that name none
 * @param threads of each; 0 for as many as it has cores
 * @param program of tflion on those machines
 */
public record RemoteWorkers(List<String> hosts, int port, int threads, String program) {

  /** A host must not begin with a dash, which ssh would take for an option. */
  private static final Pattern HOST =
      Pattern.compile("((?:[\\w][\\w.-]*@)?)([\\w][\\w.-]*)(?::(\\d{1,5}))?");

  private static final int MOST = 65_535;

  public RemoteWorkers {
    hosts = List.copyOf(hosts);
    Require.that(!hosts.isEmpty(), "--ssh must name a host or more", hosts);
    Require.that(port > 0 && port <= MOST, "--port must be from 1 to " + MOST, port);
    Require.that(threads >= 0, "--threads must be 0 (all cores) or more", threads);
    List<String> addresses = new ArrayList<>();
    for (String host : hosts) {
      Matcher read = HOST.matcher(host);
      Require.that(read.matches(), "--ssh must be hosts as [USER@]HOST[:PORT]", host);
      addresses.add(address(read, port));
    }
    Require.that(
        addresses.stream().distinct().count() == addresses.size(),
        "--ssh must name each host and port once",
        hosts);
  }

  /** Where each runs. */
  public List<Placement> place() {
    return hosts.stream().map(this::place).toList();
  }

  private Placement place(String host) {
    Matcher read = HOST.matcher(host);
    Require.that(read.matches(), "--ssh must be hosts as [USER@]HOST[:PORT]", host);
    String address = address(read, port);
    List<String> worker =
        List.of(
            program,
            "worker",
            "--listen",
            address,
            "--threads",
            Integer.toString(threads),
            "--insecure-network",
            "--with-parent");
    // ssh hands one line to the shell of the other side, whatever words it gets.
    String line = worker.stream().map(Placement::quoted).collect(Collectors.joining(" "));
    return new Placement(
        address,
        List.of(
            "ssh",
            "-T",
            "-o",
            "BatchMode=yes",
            "-o",
            "ServerAliveInterval=15",
            read.group(1) + read.group(2),
            "exec " + line));
  }

  private static String address(Matcher read, int port) {
    return read.group(2) + ":" + (read.group(3) == null ? port : read.group(3));
  }
}
