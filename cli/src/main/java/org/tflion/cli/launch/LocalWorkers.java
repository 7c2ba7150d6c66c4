package org.tflion.cli.launch;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.tflion.Require;
import org.tflion.cli.process.ChildJvm;

/**
 * Workers of this machine, on free ports of its loopback.
 *
 * @param count 1 or more
 * @param threads of each; 0 for an equal share of the cores
 */
public record LocalWorkers(int count, int threads) {

  public LocalWorkers {
    Require.that(count > 0, "--workers must be 1 or more", count);
    Require.that(threads >= 0, "--threads must be 0 (a share of the cores) or more", threads);
  }

  /**
   * Finds ports, which are free until something else takes them.
   *
   * @param main of the command line, which the processes run
   */
  public List<Placement> place(Class<?> main) throws IOException {
    int share = Math.max(1, Runtime.getRuntime().availableProcessors() / count);
    List<Placement> placements = new ArrayList<>();
    for (int port : ports()) {
      String address = "127.0.0.1:" + port;
      List<String> arguments =
          List.of(
              "worker",
              "--listen",
              address,
              "--threads",
              Integer.toString(threads == 0 ? share : threads),
              "--with-parent");
      placements.add(new Placement(address, ChildJvm.command(main, arguments)));
    }
    return placements;
  }

  /** All are held until the last is found, so that they differ. */
  private List<Integer> ports() throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        held.add(new ServerSocket(0));
      }
      return held.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : held) {
        socket.close();
      }
    }
  }
}
